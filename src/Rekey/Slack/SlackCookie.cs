namespace Rekey.Slack;

/// <summary>
/// The value of the cookie <c>d</c>. People copy it raw or percent-encoded, with and without its name; it is kept and sent encoded, the
/// only form that Slack accepts.
/// </summary>
internal static class SlackCookie
{
    private const string Prefix = "xoxd-";

    // A cookie's octets; browsers write everything else percent-encoded.
    private static bool MayStand(char c) => c is > ' ' and < '\x7F' and not ('"' or ',' or ';' or '\\');

    /// <summary>Reads what a person or Slack wrote; null when it is no such cookie.</summary>
    public static Secret? Read(string text) =>
        !ProblemsWith(text).Any() && PercentEncoding.TryDecode(Value(text), out var raw) ? new Secret(Uri.EscapeDataString(raw)) : null;

    /// <summary>Why it is no such cookie.</summary>
    public static IEnumerable<string> ProblemsWith(string text)
    {
        var value = Value(text);
        if (value.Length == 0)
        {
            yield return "is empty";
            yield break;
        }
        if (!value.StartsWith(Prefix, StringComparison.Ordinal) || value.Length == Prefix.Length)
            yield return $"is no cookie d, which begins with {Prefix}";
        if (value.Any(char.IsWhiteSpace))
            yield return "has white space in it";
        else if (value.Any(char.IsControl))
            yield return "has control characters in it";
        else if (!value.All(MayStand))
            yield return "is more than the value of the cookie d";
        else if (!PercentEncoding.TryDecode(value, out _))
            yield return "has a percent sign in it that encodes nothing";
    }

    /// <summary>The same without percent signs: the form in which others may show it.</summary>
    public static Secret Raw(Secret encoded) =>
        PercentEncoding.TryDecode(encoded.Reveal(), out var raw) ? new Secret(raw) : encoded;

    private static string Value(string text) => text.StartsWith("d=", StringComparison.Ordinal) ? text["d=".Length..] : text;
}
