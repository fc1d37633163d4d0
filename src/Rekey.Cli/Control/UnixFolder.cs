using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Rekey.Cli.Configuration;
using Rekey.Environment;

namespace Rekey.Cli.Control;

/// <summary>Folders that this user alone may enter: 0700, no link, and ours.</summary>
[UnsupportedOSPlatform("windows")]
internal static class UnixFolder
{
    private const UnixFileMode OnlyMe = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Where the sockets may be, best first. An MCP client often starts a server with hardly any environment, so that server and
    /// command line can have different ideas of the first: whoever searches looks into all of them.
    /// </summary>
    public static IReadOnlyList<string> Candidates(IEnvironment environment)
    {
        var user = EffectiveUser();
        var folders = new List<string>(3);
        if (environment.Get(Variables.RuntimeFolder) is { } runtime && Path.IsPathFullyQualified(runtime) && Directory.Exists(runtime))
            folders.Add(Path.Combine(runtime, "rekey"));
        if (Directory.Exists($"/run/user/{user}"))
            folders.Add($"/run/user/{user}/rekey");
        // Nobody but root makes folders in /run; in the common temporary folder anybody could have been there first.
        folders.Add(user == 0 ? "/var/run/rekey" : $"/tmp/rekey-{user}");
        return [.. folders.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Makes the folder if need be. False when it cannot be made safe.</summary>
    public static bool TryPrepare(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OnlyMe);
            return IsOurs(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the folder exists and nobody else can enter it. Only its owner may set a mode, so setting it proves who that is.</summary>
    public static bool IsOurs(string path)
    {
        try
        {
            var folder = new DirectoryInfo(path);
            if (!folder.Exists || folder.LinkTarget is not null)
                return false;
            File.SetUnixFileMode(path, OnlyMe);
            return File.GetUnixFileMode(path) == OnlyMe;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static uint EffectiveUser() => geteuid();

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();
}
