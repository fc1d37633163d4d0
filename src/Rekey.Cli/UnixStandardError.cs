using System.Runtime.Versioning;

namespace Rekey.Cli;

/// <summary>
/// Standard error without the lock that the console's own streams share: with those, a client that does not read standard error
/// stops standard output too, and so the protocol.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixStandardError() : UnixOutput(2)
{
    // Closed, or full and not to be waited for: there is nobody to tell.
    protected override bool GoesOnAfter(int error) => false;
}
