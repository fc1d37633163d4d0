using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Rekey.Cli;

/// <summary>Standard output for a filter. The console's own stream keeps quiet about a reader that has gone, and a filter would go on for nobody.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixStandardOutput() : UnixOutput(1)
{
    private const int BrokenPipe = 32;
    private const int LinuxTryAgain = 11;
    private const int OtherTryAgain = 35;
    private const short Writable = 4;

    protected override bool GoesOnAfter(int error)
    {
        if (error is BrokenPipe)
            throw new ReaderGoneException();
        if (error != (OperatingSystem.IsLinux() ? LinuxTryAgain : OtherTryAgain))
            throw new IOException($"Standard output cannot be written (error {error}).");
        // Somebody who shares the pipe made it one that does not wait.
        var waited = new Waited { Descriptor = Descriptor, Events = Writable };
        _ = poll(ref waited, 1, timeout: -1);
        return true;
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref Waited waited, nuint count, int timeout);

    private struct Waited
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}

/// <summary>Nobody reads standard output any more.</summary>
internal sealed class ReaderGoneException() : IOException("Nobody reads standard output any more.");
