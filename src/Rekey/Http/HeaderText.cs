using System.Buffers;

namespace Rekey.Http;

/// <summary>What may stand in a header.</summary>
internal static class HeaderText
{
    // They say how the message itself is read, or where it goes.
    private static readonly HashSet<string> OfTheMessage = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private static readonly SearchValues<char> Printable = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static c => (char)c)]);

    public static bool IsName(string header)
    {
        using var request = new HttpRequestMessage();
        return !OfTheMessage.Contains(header) && request.Headers.TryAddWithoutValidation(header, "x");
    }

    public static bool IsPrefix(string prefix) => IsPrintable(prefix) && !prefix.StartsWith(' ');

    /// <summary>Why the value cannot be presented; null when it can.</summary>
    public static string? Problem(Secret value)
    {
        var text = value.Reveal();
        if (!IsPrintable(text))
            return "has line breaks or other characters in it that no header may have";
        return text.StartsWith(' ') || text.EndsWith(' ') ? "begins or ends with a space, which no header carries" : null;
    }

    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExcept(Printable);
}
