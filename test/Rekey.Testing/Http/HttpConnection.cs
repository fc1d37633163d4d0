using System.Net.Sockets;

namespace Rekey.Testing.Http;

/// <summary>One accepted connection: requests and replies in turn, until one side goes.</summary>
internal sealed class HttpConnection(Socket socket, Func<HttpCall, CancellationToken, Task<HttpReply>> answer, TimeProvider time)
{
    private readonly byte[] _peeked = new byte[1];

    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        using var _ = socket;
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket);
        var reader = new HttpRequestReader(stream);
        var writer = new HttpReplyWriter(stream, time);
        try
        {
            while (await reader.ReadAsync(cancellationToken) is { } call && await AnswerAsync(call, writer, cancellationToken))
            {
            }
        }
        catch (InvalidDataException e)
        {
            await writer.WriteAsync(new HttpReply(400, e.Message, "text/plain"), "", cancellationToken);
        }
    }

    /// <summary>False where nothing may follow on this connection.</summary>
    private async Task<bool> AnswerAsync(HttpCall call, HttpReplyWriter writer, CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(gone, answered.Token);
        try
        {
            var reply = await answer(call, gone.Token);
            if (reply.Fault is WireFault.Hang)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone.Token);
            if (reply.Fault is WireFault.Reset)
                socket.LingerState = new LingerOption(true, 0);
            if (reply.Fault is WireFault.Reset or WireFault.LostReply)
                return false;
            return await writer.WriteAsync(reply, call.Method, gone.Token)
                && !"close".Equals(call.Header("Connection"), StringComparison.OrdinalIgnoreCase)
                && !reply.Headers.ContainsKey("Connection");
        }
        finally
        {
            await answered.CancelAsync();
            await watch;
        }
    }

    /// <summary>A client that goes while it waits ends the work for it.</summary>
    private async Task WatchAsync(CancellationTokenSource gone, CancellationToken cancellationToken)
    {
        try
        {
            if (await socket.ReceiveAsync(_peeked, SocketFlags.Peek, cancellationToken) == 0)
                await gone.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The answer came first.
        }
        catch (SocketException)
        {
            await gone.CancelAsync();
        }
    }
}
