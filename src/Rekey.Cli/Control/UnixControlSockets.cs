using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Rekey.Cli.Control;

/// <summary>One socket file for each server, 0600 in a folder that is 0700.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixControlSockets(IReadOnlyList<string> folders) : IControlTransport
{
    private const string Ending = ".sock";
    private const int Backlog = 8;

    public IControlListener Listen()
    {
        var folder = folders.FirstOrDefault(UnixFolder.TryPrepare)
            ?? throw new IOException("There is no folder that only this user can enter.");
        // The name is new each time: a process number comes back, and is the same in two containers.
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N")[..12] + Ending);
        var socket = NewSocket();
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            return new Listener(socket, path);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new IOException($"The socket cannot be opened ({e.GetType().Name}).");
        }
    }

    public IReadOnlyList<string> FindServers() =>
        [.. folders.Where(UnixFolder.IsOurs).SelectMany(static folder => Directory.GetFiles(folder, "*" + Ending)).Order(StringComparer.Ordinal)];

    public async ValueTask<Stream?> ConnectAsync(string server, CancellationToken cancellationToken)
    {
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(server), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            // Refused means that the process behind the file is dead: the file is all that is left of it.
            if (e.SocketErrorCode is SocketError.ConnectionRefused)
                Remove(server);
            return null;
        }
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is found dead again next time.
        }
    }

    private sealed class Listener(Socket socket, string path) : IControlListener
    {
        public async ValueTask<Stream> AcceptAsync(CancellationToken cancellationToken) =>
            new NetworkStream(await socket.AcceptAsync(cancellationToken).ConfigureAwait(false), ownsSocket: true);

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            Remove(path);
            return default;
        }
    }
}
