namespace Rekey.Files;

/// <summary>
/// Finds out whether a file is mounted by itself, as Kubernetes does with a <c>subPath</c> and Docker with a bind mount of one file: such a
/// mount shows the file that was there when it was made, whatever takes its place.
/// </summary>
internal static class MountPoints
{
    private const string Table = "/proc/self/mountinfo";
    private const int PathColumn = 4; // proc_pid_mountinfo(5)
    private const int MostLinks = 40; // as the kernel has it

    /// <summary>The table of this process's mounts; empty where there is none.</summary>
    public static string Read()
    {
        try
        {
            return File.Exists(Table) ? File.ReadAllText(Table) : string.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    /// <summary>The path without links, as the table has it: <c>/var/run</c> is <c>/run</c> in most images.</summary>
    public static string PlaceOf(string path) => PlaceOf(path, MostLinks);

    public static bool Contain(string table, string path) =>
        table.Split('\n').Any(line => line.Split(' ') is { Length: > PathColumn } columns && Unescaped(columns[PathColumn]) == path);

    private static string PlaceOf(string path, int links)
    {
        if (links == 0 || Path.GetDirectoryName(path) is not { } folder)
            return path;
        var place = Path.Combine(PlaceOf(folder, links), Path.GetFileName(path));
        return new FileInfo(place).LinkTarget is { } target ? PlaceOf(Path.GetFullPath(target, Path.GetDirectoryName(place)!), links - 1) : place;
    }

    // Spaces, tabs, line breaks and backslashes are written as octal numbers.
    private static string Unescaped(string text) =>
        text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
