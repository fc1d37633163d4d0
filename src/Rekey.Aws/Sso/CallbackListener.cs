using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rekey.Aws.Sso;

/// <summary>The port of this machine to which the browser returns. It takes the one right answer and turns everything else away.</summary>
internal sealed class CallbackListener : IAsyncDisposable
{
    private const int MostBytes = 16 * 1024;
    private const int MostConnections = 32;
    private static readonly TimeSpan ConnectionLimit = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<CallbackAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _free = new(MostConnections);
    private Task _accepting = Task.CompletedTask;

    private CallbackListener(TcpListener listener, TimeProvider time)
    {
        _listener = listener;
        _time = time;
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{CallbackAnswer.Path}");
    }

    /// <summary>Where the browser is to return.</summary>
    public Uri Address { get; }

    /// <summary>Listens on a port of this machine alone; null when it belongs to another program.</summary>
    public static CallbackListener? TryOpen(int port, TimeProvider time)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return new CallbackListener(listener, time);
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    /// <summary>Waits for a browser that knows <paramref name="state"/>.</summary>
    public Task<CallbackAnswer> WaitAsync(string state, CancellationToken cancellationToken)
    {
        _accepting = AcceptAsync(state);
        return _answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Frees the port at once, and ends when the page that a browser is being shown has gone out.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _closing.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        for (var i = 0; i < MostConnections; i++)
            await _free.WaitAsync().ConfigureAwait(false);
    }

    private async Task AcceptAsync(string state)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_closing.Token).ConfigureAwait(false);
                if (_free.Wait(0, CancellationToken.None))
                    _ = Task.Run(() => ServeAsync(socket, state), CancellationToken.None);
                else
                    socket.Dispose();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The end of the sign-in. If the port was lost, its limit ends it.
        }
    }

    // Browsers open connections in advance and send nothing: each has its own time and keeps nobody else waiting.
    private async Task ServeAsync(Socket socket, string state)
    {
        try
        {
            using var limit = new CancellationTokenSource(ConnectionLimit, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
            var stream = new NetworkStream(socket, ownsSocket: true);
            await using (stream.ConfigureAwait(false))
            {
                if (await ReadRequestLineAsync(stream, either.Token).ConfigureAwait(false) is not { } line)
                    return;
                // The answer counts even if whoever brought it does not wait for the page.
                if (CallbackAnswer.Read(line, state, out var status) is { } answer)
                    _answer.TrySetResult(answer);
                await stream.WriteAsync(CallbackPage.Of(status), limit.Token).ConfigureAwait(false);
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // It went away, or was too slow.
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Reads the whole head, so that closing cuts nothing off; null when there is no end to it.</summary>
    private static async Task<string?> ReadRequestLineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new byte[MostBytes];
        var count = 0;
        while (head.AsSpan(0, count).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = count == head.Length ? 0 : await stream.ReadAsync(head.AsMemory(count), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return null;
            count += read;
        }
        return Encoding.Latin1.GetString(head, 0, head.AsSpan().IndexOf("\r\n"u8));
    }
}
