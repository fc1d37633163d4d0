using System.IO.Pipes;
using System.Runtime.Versioning;

namespace Rekey.Cli.Control;

/// <summary>One named pipe for each server, which the system opens to the same user only.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsControlPipes : IControlTransport
{
    private const string Prefix = "rekey-control-";
    private const string AllPipes = @"\\.\pipe\";
    private const int ConnectMilliseconds = 500;

    public IControlListener Listen() => new Listener(Prefix + Guid.NewGuid().ToString("N")[..12]);

    public IReadOnlyList<string> FindServers() =>
        [.. Directory.GetFiles(AllPipes).Select(Path.GetFileName).OfType<string>().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))];

    public async ValueTask<Stream?> ConnectAsync(string server, CancellationToken cancellationToken)
    {
        var pipe = new NamedPipeClientStream(".", server, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.ConnectAsync(ConnectMilliseconds, cancellationToken).ConfigureAwait(false);
            return pipe;
        }
        catch (Exception e) when (e is TimeoutException or IOException or UnauthorizedAccessException)
        {
            // Gone, or the pipe of another user.
            await pipe.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private sealed class Listener(string name) : IControlListener
    {
        private NamedPipeServerStream? _waiting = Open(name);

        public async ValueTask<Stream> AcceptAsync(CancellationToken cancellationToken)
        {
            var pipe = _waiting ??= Open(name);
            await pipe.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
            // The next instance is there before this one is served, so that the name never disappears.
            _waiting = Open(name);
            return pipe;
        }

        public async ValueTask DisposeAsync()
        {
            if (_waiting is { } pipe)
                await pipe.DisposeAsync().ConfigureAwait(false);
        }

        private static NamedPipeServerStream Open(string name) => new(
            name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte,
            PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
    }
}
