namespace Rekey.Exec;

/// <summary>Finds a program as a shell does, but never in the working directory, which may be anybody's.</summary>
internal static class ProgramPath
{
    public static string? Find(string program, Func<string, string?> environment)
    {
        if (Path.IsPathFullyQualified(program))
            return File.Exists(program) ? program : null;
        if (program.AsSpan().ContainsAny('/', '\\'))
            return null;
        // Scripts of Windows' own shell would need that shell, and its rules for quoting.
        string[] names = OperatingSystem.IsWindows() && !Path.HasExtension(program) ? [program + ".exe", program + ".com"] : [program];
        return (environment("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
