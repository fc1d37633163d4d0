using System.Buffers;

namespace Rekey.Slack;

/// <summary>The forms of tokens.</summary>
internal static class SlackToken
{
    private const string Session = "xoxc-";
    private const string OlderSession = "xoxs-";

    // What a Bearer header can carry.
    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <summary>Whether a page issued it: such a token works only together with the cookie.</summary>
    public static bool IsSession(Secret token) =>
        token.Reveal().StartsWith(Session, StringComparison.Ordinal) || token.Reveal().StartsWith(OlderSession, StringComparison.Ordinal);

    public static bool IsBot(Secret token) =>
        token.Reveal().StartsWith("xoxb-", StringComparison.Ordinal) || token.Reveal().StartsWith("xoxe.xoxb-", StringComparison.Ordinal);

    /// <summary>Whether it has the form of a session's token. One with dots is an ellipsis; a shorter one could not be hidden in output.</summary>
    public static bool HasSessionForm(string text) =>
        text.Length >= 8 && text.StartsWith(Session, StringComparison.Ordinal) && IsWhole(text) && !text.Contains('.');

    /// <summary>Whether it has the form of any token.</summary>
    public static bool HasForm(string text) => !ProblemsWith(text).Any();

    /// <summary>Why it is no token.</summary>
    public static IEnumerable<string> ProblemsWith(string text)
    {
        if (text.Length == 0)
        {
            yield return "is empty";
            yield break;
        }
        if (!text.StartsWith("xox", StringComparison.Ordinal))
            yield return "does not begin with xox";
        if (text.Any(char.IsWhiteSpace))
            yield return "has white space in it";
        else if (text.Any(char.IsControl))
            yield return "has control characters in it";
        else if (!IsWhole(text))
            yield return "has characters in it that no token has";
    }

    /// <summary>Whether each of its characters may stand in a token.</summary>
    public static bool MayStand(char letter) => Letters.Contains(letter);

    private static bool IsWhole(string text) => !text.AsSpan().ContainsAnyExcept(Letters);
}
