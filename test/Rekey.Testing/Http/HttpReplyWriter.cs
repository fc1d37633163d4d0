using System.Globalization;
using System.Net;
using System.Text;

namespace Rekey.Testing.Http;

/// <summary>Puts a reply on the wire, with those faults that send bytes.</summary>
internal sealed class HttpReplyWriter(Stream stream, TimeProvider time)
{
    /// <summary>Writes the reply to <paramref name="method"/>; false where nothing may follow on this connection.</summary>
    public async Task<bool> WriteAsync(HttpReply reply, string method, CancellationToken cancellationToken)
    {
        if (reply.Fault is WireFault.Garbage)
        {
            await stream.WriteAsync("SSH-2.0-no_http_here\r\n"u8.ToArray(), cancellationToken);
            return false;
        }
        var body = Encoding.UTF8.GetBytes(reply.Body);
        var head = Head(reply, body.Length);
        if (method == "HEAD" || reply.Status is 204 or 304)
            body = [];
        switch (reply.Fault)
        {
            case WireFault.Huge:
                await stream.WriteAsync(head, cancellationToken);
                await PourAsync(body, cancellationToken);
                return false;
            case WireFault.Truncated:
                await stream.WriteAsync((byte[])[.. head, .. body[..(body.Length / 2)]], cancellationToken);
                return false;
            case WireFault.Drip:
                await stream.WriteAsync(head, cancellationToken);
                await DripAsync(body, reply.DripEvery, cancellationToken);
                return true;
            default:
                await stream.WriteAsync((byte[])[.. head, .. body], cancellationToken);
                return true;
        }
    }

    private byte[] Head(HttpReply reply, int length)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} {(HttpStatusCode)reply.Status}\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Date"] = time.GetUtcNow().ToString("r", CultureInfo.InvariantCulture),
        };
        if (reply.ContentType.Length > 0)
            headers["Content-Type"] = reply.ContentType;
        if (reply.Fault is WireFault.Huge)
            headers["Transfer-Encoding"] = "chunked";
        else if (reply.Status is not 204)
            headers["Content-Length"] = length.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in reply.Headers)
            headers[name] = value;
        foreach (var (name, value) in headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
    }

    private async Task DripAsync(byte[] body, TimeSpan every, CancellationToken cancellationToken)
    {
        foreach (var drop in body)
        {
            await Task.Delay(every, TimeProvider.System, cancellationToken);
            await stream.WriteAsync(new[] { drop }, cancellationToken);
        }
    }

    private async Task PourAsync(byte[] body, CancellationToken cancellationToken)
    {
        var more = Chunk(Encoding.ASCII.GetBytes(new string(' ', 64 * 1024)));
        if (body.Length > 0)
            await stream.WriteAsync(Chunk(body), cancellationToken);
        while (true)
            await stream.WriteAsync(more, cancellationToken);
    }

    private static byte[] Chunk(byte[] content) => [.. Encoding.ASCII.GetBytes($"{content.Length:x}\r\n"), .. content, .. "\r\n"u8];
}
