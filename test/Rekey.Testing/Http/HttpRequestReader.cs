using System.Globalization;
using System.Text;

namespace Rekey.Testing.Http;

/// <summary>Reads one request after another from a connection, each bounded in size.</summary>
internal sealed class HttpRequestReader(Stream stream)
{
    private const int MaxHead = 64 * 1024;
    private const int MaxBody = 16 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[8192];
    private int _next;
    private int _end;

    /// <summary>The next request; null where the client has closed instead.</summary>
    /// <exception cref="InvalidDataException">It is not HTTP, or too large.</exception>
    public async Task<HttpCall?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_next == _end && !await FillAsync(cancellationToken))
            return null;
        var lines = await ReadHeadAsync(cancellationToken);
        if (lines[0].Split(' ') is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"])
            throw new InvalidDataException("no request line");
        var headers = Headers(lines.Skip(1));
        return new HttpCall(method, target, headers, await ReadBodyAsync(headers, cancellationToken));
    }

    private static Dictionary<string, string> Headers(IEnumerable<string> lines)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            if (line.Split(':', 2) is not [{ Length: > 0 } name, var value])
                throw new InvalidDataException("no header");
            value = value.Trim();
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        }
        return headers;
    }

    private async Task<List<string>> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        for (var size = 0; ;)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length == 0 && lines.Count > 0)
                return lines;
            lines.Add(line);
            if ((size += line.Length) > MaxHead)
                throw new InvalidDataException("the head is too large");
        }
    }

    private async Task<byte[]> ReadBodyAsync(Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        var isChunked = headers.GetValueOrDefault("Transfer-Encoding")?.EndsWith("chunked", StringComparison.OrdinalIgnoreCase) == true;
        var length = headers.TryGetValue("Content-Length", out var text) ? Number(text, NumberStyles.None) : 0;
        if ((isChunked || length > 0) && headers.GetValueOrDefault("Expect")?.Equals("100-continue", StringComparison.OrdinalIgnoreCase) == true)
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken);
        using var body = new MemoryStream();
        if (isChunked)
            await ReadChunksAsync(body, cancellationToken);
        else
            await CopyAsync(body, length, cancellationToken);
        return body.ToArray();
    }

    private async Task ReadChunksAsync(MemoryStream body, CancellationToken cancellationToken)
    {
        while (Number((await ReadLineAsync(cancellationToken)).Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier) is > 0 and var size)
        {
            await CopyAsync(body, size, cancellationToken);
            if (await ReadLineAsync(cancellationToken) is not "")
                throw new InvalidDataException("a chunk does not end where it said");
        }
        while (await ReadLineAsync(cancellationToken) is not "")
        {
            // Trailers say nothing here.
        }
    }

    private async Task CopyAsync(MemoryStream body, int count, CancellationToken cancellationToken)
    {
        if (body.Length + count > MaxBody)
            throw new InvalidDataException("the body is too large");
        while (count > 0)
        {
            await NeedByteAsync(cancellationToken);
            var part = Math.Min(count, _end - _next);
            body.Write(_buffer, _next, part);
            _next += part;
            count -= part;
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            await NeedByteAsync(cancellationToken);
            var character = (char)_buffer[_next++];
            if (character == '\n')
                return line.ToString().TrimEnd('\r');
            if (line.Append(character).Length > MaxHead)
                throw new InvalidDataException("a line is too long");
        }
    }

    private async ValueTask NeedByteAsync(CancellationToken cancellationToken)
    {
        if (_next == _end && !await FillAsync(cancellationToken))
            throw new EndOfStreamException();
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _next = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }

    private static int Number(string text, NumberStyles style) =>
        int.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : throw new InvalidDataException("no length");
}
