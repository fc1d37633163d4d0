namespace Rekey.Files;

/// <summary>Looks at a path once: a file is a text, a directory is a document with one file a field. Every failure is an answer.</summary>
internal sealed class PathReader(string path, string reference, Func<string, int, FileContent?> read)
{
    private const int MostKeys = 256;

    public Reading Read()
    {
        try
        {
            return Directory.Exists(path) ? ReadKeys() : ReadFile();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Reading.Failed(FileErrors.Missing(reference));
        }
        catch (UnauthorizedAccessException)
        {
            return Reading.Failed(FileErrors.Forbidden(reference));
        }
        catch (IOException)
        {
            return Reading.Failed(FileErrors.Busy(reference));
        }
    }

    private Reading ReadFile()
    {
        if (read(path, SecretDocument.MaxBytes) is not { } content)
            return TooLarge();
        if (content.Text() is not { } text)
            return Reading.Failed(FileErrors.NotText(reference, "content"), content.Stamp);
        return text.IsEmpty
            ? Reading.Failed(FileErrors.Empty(reference), content.Stamp)
            : Reading.Of(SecretDocument.FromText(text), content.Stamp);
    }

    private Reading ReadKeys()
    {
        var fields = new List<KeyValuePair<string, Secret>>();
        var stamps = new List<string>();
        var left = SecretDocument.MaxBytes;
        foreach (var (name, file) in Keys())
        {
            if (fields.Count == MostKeys)
                return Reading.Failed(FileErrors.TooManyKeys(reference, MostKeys));
            if (read(file, left) is not { } content)
                return TooLarge();
            left -= content.Bytes.Length;
            stamps.Add($"{name} {content.Stamp}");
            if (content.Text() is not { } text)
                return Reading.Failed(FileErrors.NotText(reference, name), string.Join('\n', stamps));
            fields.Add(new(name, text));
        }
        return fields.Count == 0
            ? Reading.Failed(FileErrors.Empty(reference))
            : Reading.Of(SecretDocument.FromFields(fields), string.Join('\n', stamps));
    }

    // Names that begin with a dot belong to whoever writes the directory, not to the secret.
    private IEnumerable<(string Name, string File)> Keys() =>
        Directory.EnumerateFiles(path)
            .Select(static file => (Name: Path.GetFileName(file), File: file))
            .Where(static key => !key.Name.StartsWith('.'))
            .OrderBy(static key => key.Name, StringComparer.Ordinal);

    private Reading TooLarge() => Reading.Failed(CredentialErrors.SecretTooLarge(reference, SecretDocument.MaxBytes));
}
