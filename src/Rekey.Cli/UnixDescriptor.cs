using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Rekey.Cli;

/// <summary>What the standard streams have in common below the console.</summary>
[UnsupportedOSPlatform("windows")]
internal static class UnixDescriptor
{
    public const int Interrupted = 4;

    private const int GetFlags = 1;
    private const int ClosedOnExec = 1;

    /// <summary>
    /// Whether whoever started this process gave it. A number that was left closed (<c>&lt;&amp;-</c>) goes to the next file that the runtime opens for itself:
    /// reading that waits for ever, and writing hits anything. What was given has survived the start of a program; what the runtime opens would not.
    /// </summary>
    public static bool IsGiven(int descriptor) => fcntl(descriptor, GetFlags) is >= 0 and var flags && (flags & ClosedOnExec) == 0;

    /// <summary>Whether the error says only that nothing can be done at once: somebody who shares the descriptor made it one that does not wait.</summary>
    public static bool IsTryAgain(int error) => error == (OperatingSystem.IsLinux() ? 11 : 35);

    public static void WaitToRead(int descriptor) => Wait(descriptor, events: 1);

    public static void WaitToWrite(int descriptor) => Wait(descriptor, events: 4);

    private static void Wait(int descriptor, short events)
    {
        var waited = new Waited { Descriptor = descriptor, Events = events };
        _ = poll(ref waited, 1, timeout: -1);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fcntl(int descriptor, int command);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref Waited waited, nuint count, int timeout);

    private struct Waited
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
