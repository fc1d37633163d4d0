using System.Security.Cryptography;
using System.Text;

namespace Rekey.Aws.Sso;

/// <summary>What a browser came back with.</summary>
/// <param name="Code">The code to redeem, if the human signed in.</param>
/// <param name="IsDenied">Whether the human, or an administrator's rule, refused.</param>
internal sealed record CallbackAnswer(Secret? Code, bool IsDenied)
{
    /// <summary>Where AWS lets a browser return; any other path is refused there.</summary>
    public const string Path = "/oauth/callback";

    /// <summary>
    /// The answer in a request line, or null and the status that it deserves. An answer carries the state that we sent out, which is
    /// compared in a time that tells nothing; an error may lack it, for it ends the sign-in and gives nobody anything.
    /// </summary>
    public static CallbackAnswer? Read(string requestLine, string state, out int status)
    {
        status = 400;
        if (requestLine.Split(' ') is not ["GET", var target, "HTTP/1.1" or "HTTP/1.0"])
            return null;
        var parts = target.Split('?', 2);
        if (parts[0] != Path)
        {
            status = 404;
            return null;
        }
        if (parts.Length < 2 || Fields(parts[1]) is not { } fields)
            return null;
        var isOurs = fields.TryGetValue("state", out var given)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(state));
        var answer = fields.TryGetValue("error", out var error) && (isOurs || given is null) ? new CallbackAnswer(Code: null, error == "access_denied")
            : isOurs && fields.TryGetValue("code", out var code) && code.Length > 0 ? new CallbackAnswer(new Secret(code), IsDenied: false)
            : null;
        status = answer is null ? 400 : 200;
        return answer;
    }

    /// <summary>The fields; null when one is there twice.</summary>
    private static Dictionary<string, string>? Fields(string query)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (!fields.TryAdd(Decoded(parts[0]), parts.Length == 2 ? Decoded(parts[1]) : ""))
                return null;
        }
        return fields;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
