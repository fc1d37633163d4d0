namespace Rekey.Exec;

/// <summary>Finds a program as a shell does, but never in the working directory, which may be anybody's.</summary>
internal static class ProgramPath
{
    // Scripts stand last: they are found only to be told.
    private static readonly string[] Extensions = [".exe", ".com", ".cmd", ".bat"];

    public static string? Find(string program, Func<string, string?> environment)
    {
        if (Path.IsPathFullyQualified(program))
            return File.Exists(program) ? program : null;
        if (program.AsSpan().ContainsAny('/', '\\'))
            return null;
        var folders = (environment("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified).ToList();
        string[] names = OperatingSystem.IsWindows() && !Path.HasExtension(program) ? [.. Extensions.Select(extension => program + extension)] : [program];
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(IsProgram);
    }

    /// <summary>
    /// Whether Windows would start its own shell for it. That shell takes a line apart by rules of its own, whatever was quoted for a program,
    /// so that an argument could be read as a command. Dots and blanks at the end of a name do not count there.
    /// </summary>
    public static bool IsShellScript(string path)
    {
        var name = path.AsSpan().TrimEnd(". ");
        return name.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".bat", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsProgram(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
