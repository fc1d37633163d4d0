using System.Runtime.Versioning;

namespace Rekey.Cli;

/// <summary>Standard output for a filter. The console's own stream keeps quiet about a reader that has gone, and a filter would go on for nobody.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixStandardOutput() : UnixOutput(1)
{
    private const int BrokenPipe = 32;

    protected override bool GoesOnAfter(int error)
    {
        if (error is BrokenPipe)
            throw new ReaderGoneException();
        if (!UnixDescriptor.IsTryAgain(error))
            throw new IOException($"Standard output cannot be written (error {error}).");
        UnixDescriptor.WaitToWrite(Descriptor);
        return true;
    }
}

/// <summary>Nobody reads standard output any more.</summary>
internal sealed class ReaderGoneException() : IOException("Nobody reads standard output any more.");
