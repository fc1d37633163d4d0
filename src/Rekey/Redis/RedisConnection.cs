using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Rekey.Redis;

/// <summary>What the server replied.</summary>
/// <param name="Code">The first word of an error; null for success.</param>
internal readonly record struct RedisReply(string? Code);

/// <summary>One connection: commands and their replies of one line, in turn.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int LongestLine = 4096; // Redis needs a thousand to explain its protected mode

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[LongestLine];
    private int _end;

    private RedisConnection(Stream stream) => _stream = stream;

    public static async Task<RedisConnection> OpenAsync(RedisOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return new RedisConnection(options.Tls is null ? stream : await SecureAsync(stream, options.Tls, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command; success is the one reply that is <paramref name="expected"/>, or an error.</summary>
    /// <exception cref="InvalidDataException">The reply is neither.</exception>
    public async Task<RedisReply> AskAsync(string[] command, string expected, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encode(command), cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (line == "+" + expected)
            return new RedisReply(null);
        var code = line.StartsWith('-') ? line[1..].Split(' ', 2)[0] : "";
        return code.Length > 0 && code.All(char.IsAsciiLetterUpper) ? new RedisReply(code) : throw new InvalidDataException();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<Stream> SecureAsync(NetworkStream stream, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        var secured = new SslStream(stream);
        try
        {
            await secured.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Every part carries its length: whatever stands in a password stays a password.
    private static byte[] Encode(string[] command)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Encoding.ASCII.GetBytes($"*{command.Length}\r\n"));
        foreach (var part in command.Select(Encoding.UTF8.GetBytes))
        {
            bytes.Write(Encoding.ASCII.GetBytes($"${part.Length}\r\n"));
            bytes.Write(part);
            bytes.Write("\r\n"u8);
        }
        return bytes.ToArray();
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = _buffer.AsSpan(0, _end).IndexOf("\r\n"u8)) < 0)
        {
            if (_end == _buffer.Length)
                throw new InvalidDataException();
            var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += count > 0 ? count : throw new EndOfStreamException();
        }
        var line = Encoding.Latin1.GetString(_buffer, 0, length);
        var next = length + 2;
        Buffer.BlockCopy(_buffer, next, _buffer, 0, _end -= next);
        return line;
    }
}
