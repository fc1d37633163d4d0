using System.Globalization;
using System.Text;

namespace Rekey.Aws.Sso;

/// <summary>What a browser is shown: a page that repeats nothing of what it brought, or a bare status.</summary>
internal static class CallbackPage
{
    private const string Page =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Rekey</title></head>"
        + "<body><p>Rekey has the answer. You can close this page.</p></body></html>";

    public static byte[] Of(int status)
    {
        var body = status == 200 ? Page : "";
        var lines = new[]
        {
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {Reason(status)}"),
            "Content-Type: text/html; charset=utf-8",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}"),
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "Content-Security-Policy: default-src 'none'",
            "X-Content-Type-Options: nosniff",
            "Connection: close",
            "",
            body,
        };
        return Encoding.ASCII.GetBytes(string.Join("\r\n", lines));
    }

    private static string Reason(int status) => status switch { 200 => "OK", 404 => "Not Found", _ => "Bad Request" };
}
