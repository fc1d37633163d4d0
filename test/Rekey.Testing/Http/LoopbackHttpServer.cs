using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Rekey.Testing.Http;

/// <summary>A small HTTP/1.1 server on loopback whose every byte is ours, so that faults of the wire can be scripted exactly.</summary>
public sealed class LoopbackHttpServer : IAsyncDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    private readonly Func<HttpCall, CancellationToken, Task<HttpReply>> _answer;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private readonly ConcurrentQueue<Exception> _defects = new();
    private readonly Task _accepting;
    private int _connections;
    private int _ended;

    /// <summary>Listens at once. <paramref name="time"/> is the clock of the Date header.</summary>
    public LoopbackHttpServer(Func<HttpCall, CancellationToken, Task<HttpReply>> answer, TimeProvider? time = null)
    {
        _answer = answer;
        _time = time ?? TimeProvider.System;
        _listener.Start(backlog: 512);
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    /// <summary><c>http://127.0.0.1:PORT</c></summary>
    public Uri Address { get; }

    /// <summary>How many connections were accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Ends every call, hanging ones too. Throws what the answering code threw.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
            return;
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.WaitAsync(EndLimit, TimeProvider.System);
        await Task.WhenAll(_serving.Keys).WaitAsync(EndLimit, TimeProvider.System);
        _end.Dispose();
        if (!_defects.IsEmpty)
            throw new AggregateException("The answering code of a loopback server failed.", _defects);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                var serving = ServeAsync(socket);
                _serving.TryAdd(serving, 0);
                _ = serving.ContinueWith(done => _serving.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The end of the server.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        try
        {
            await new HttpConnection(socket, AnswerAsync, _time).ServeAsync(_end.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // A client that goes is no news, nor is our own end.
        }
    }

    private async Task<HttpReply> AnswerAsync(HttpCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await _answer(call, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _defects.Enqueue(e);
            return new HttpReply(500, "The answering code of the test failed.", "text/plain");
        }
    }
}
