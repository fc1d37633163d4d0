namespace Rekey.Files;

/// <summary>
/// Looks at a path once: a file is a text, or fields where it is an <c>.env</c> file; a directory is a document with one file a field. Every
/// failure is an answer.
/// </summary>
internal sealed class PathReader(string path, string reference, FileFormat format, Func<string, int, FileContent?> read)
{
    private const int MostKeys = 256;
    private const int MostSwaps = 5;

    // Kubernetes and its drivers publish a volume by pointing this link at another directory, in one step.
    private const string Published = "..data";

    public Reading Read()
    {
        try
        {
            return Directory.Exists(path) ? ReadDirectory() : ReadFile();
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
        if (text.IsEmpty)
            return Reading.Failed(FileErrors.Empty(reference), content.Stamp);
        if (format is FileFormat.Text)
            return Reading.Of(SecretDocument.FromText(text), content.Stamp);
        return DotEnv.TryRead(text.Reveal(), out var fields, out var problems)
            ? Reading.Of(SecretDocument.FromFields(fields), content.Stamp)
            : Reading.Failed(CredentialErrors.SecretInvalid(reference, problems), content.Stamp);
    }

    // The link is resolved once, so that all keys are of one publication; it still names the same afterwards, or the look is repeated.
    private Reading ReadDirectory()
    {
        if (TargetOf(Published) is null)
            return ReadKeys(path);
        for (var swap = 1; swap <= MostSwaps; swap++)
        {
            try
            {
                if (TargetOf(Published) is { } target && ReadKeys(target) is var reading && TargetOf(Published) == target)
                    return reading.Whole();
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is IOException && swap < MostSwaps))
            {
                // The previous publication is deleted as soon as the next one is in place; on a share its handles go stale.
            }
        }
        return Reading.Unsteady(FileErrors.Unsteady(reference));
    }

    private string? TargetOf(string link) => new FileInfo(Path.Combine(path, link)).LinkTarget is { } target ? Path.Combine(path, target) : null;

    private Reading ReadKeys(string directory)
    {
        var fields = new List<KeyValuePair<string, Secret>>();
        var stamps = new List<string>();
        var left = SecretDocument.MaxBytes;
        foreach (var (name, file) in Keys(directory))
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
    private static IEnumerable<(string Name, string File)> Keys(string directory) =>
        Directory.EnumerateFiles(directory)
            .Select(static file => (Name: Path.GetFileName(file), File: file))
            .Where(static key => !key.Name.StartsWith('.'))
            .OrderBy(static key => key.Name, StringComparer.Ordinal);

    private Reading TooLarge() => Reading.Failed(CredentialErrors.SecretTooLarge(reference, SecretDocument.MaxBytes));
}
