using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rekey.Testing.Redis;

/// <summary>Something on loopback that is asked as a Redis is, and whose every byte is ours.</summary>
public sealed class RedisStandIn : IAsyncDisposable
{
    /// <summary>Never answers.</summary>
    public const string Hang = "(hang)";

    /// <summary>Resets the connection.</summary>
    public const string Reset = "(reset)";

    /// <summary>Closes the connection.</summary>
    public const string Close = "(close)";

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    private readonly Func<string, string> _answer;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, byte> _serving = new();
    private readonly Task _accepting;

    /// <summary>Listens at once; <paramref name="answer"/> maps a command, its parts joined by spaces, to the bytes of its reply.</summary>
    public RedisStandIn(Func<string, string> answer, IPAddress? address = null)
    {
        _answer = answer;
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The commands that came, their parts joined by spaces.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.WaitAsync(EndLimit, TimeProvider.System);
        await Task.WhenAll(_serving.Keys).WaitAsync(EndLimit, TimeProvider.System);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _serving.TryAdd(ServeAsync(await _listener.AcceptSocketAsync(_end.Token)), 0);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The end of the server.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        try
        {
            while (await ReadAsync(reader) is { } command)
            {
                Commands.Enqueue(command);
                var reply = _answer(command);
                if (reply is Hang)
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
                if (reply is Reset)
                    socket.LingerState = new LingerOption(true, 0);
                if (reply is Reset or Close)
                    return;
                await stream.WriteAsync(Encoding.UTF8.GetBytes(reply), _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or FormatException)
        {
            // A client that goes is no news, nor is one that speaks otherwise, nor our own end.
        }
    }

    private async Task<string?> ReadAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(_end.Token) is not { } head)
            return null;
        var parts = new List<string>();
        for (var left = int.Parse(head.AsSpan(1), CultureInfo.InvariantCulture); left > 0; left--)
        {
            await reader.ReadLineAsync(_end.Token); // its length
            parts.Add(await reader.ReadLineAsync(_end.Token) ?? "");
        }
        return string.Join(' ', parts);
    }
}
