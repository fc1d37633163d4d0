namespace Rekey.Files;

/// <summary>How the content of a file is read.</summary>
public enum FileFormat
{
    /// <summary>As one text.</summary>
    Text,

    /// <summary>As the lines <c>NAME=value</c> of an <c>.env</c> file: a document with a field for each.</summary>
    Env,
}

/// <summary>Which format a file has that says nothing else.</summary>
public static class FileFormats
{
    /// <summary>The names by which a reference asks for one.</summary>
    public static IReadOnlyDictionary<string, FileFormat> Names { get; } =
        new Dictionary<string, FileFormat>(StringComparer.Ordinal) { ["text"] = FileFormat.Text, ["env"] = FileFormat.Env };

    /// <summary><c>.env</c>, <c>.env.production</c> and <c>service.env</c> are lines of variables, everything else is a text.</summary>
    public static FileFormat Of(string path)
    {
        var name = Path.GetFileName(path);
        return name.EndsWith(".env", StringComparison.Ordinal) || name.StartsWith(".env.", StringComparison.Ordinal) ? FileFormat.Env : FileFormat.Text;
    }
}
