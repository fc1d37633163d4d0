namespace Rekey.Cli.Control;

/// <summary>How a running server is reached by the same user on the same machine, and by nobody else.</summary>
internal interface IControlTransport
{
    /// <summary>Opens a place of its own for one server. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    IControlListener Listen();

    /// <summary>The places at which servers may be listening.</summary>
    IReadOnlyList<string> FindServers();

    /// <summary>Null when nobody listens there any longer.</summary>
    ValueTask<Stream?> ConnectAsync(string server, CancellationToken cancellationToken);
}

/// <summary>The listening end. Disposing it removes the place.</summary>
internal interface IControlListener : IAsyncDisposable
{
    ValueTask<Stream> AcceptAsync(CancellationToken cancellationToken);
}
