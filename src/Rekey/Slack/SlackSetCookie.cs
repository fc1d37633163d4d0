using System.Globalization;
using System.Net.Http.Headers;

namespace Rekey.Slack;

/// <summary>What an answer does to the cookie <c>d</c>.</summary>
/// <param name="Issued">The value it sets.</param>
/// <param name="IsDeleted">Whether it takes the cookie away.</param>
internal readonly record struct SlackSetCookie(Secret? Issued, bool IsDeleted)
{
    /// <summary>The last word counts, as in a browser.</summary>
    public static SlackSetCookie In(HttpResponseHeaders? headers, DateTimeOffset now)
    {
        var last = default(SlackSetCookie);
        if (headers is null || !headers.TryGetValues("Set-Cookie", out var lines))
            return last;
        foreach (var line in lines)
        {
            var parts = line.Split(';', StringSplitOptions.TrimEntries);
            if (!parts[0].StartsWith("d=", StringComparison.Ordinal))
                continue;
            var value = parts[0]["d=".Length..].Trim().Trim('"');
            if (value is "" or "deleted" || parts.Skip(1).Any(part => IsOver(part, now)))
                last = new(null, IsDeleted: true);
            else if (SlackCookie.Read(value) is { } cookie)
                last = new(cookie, IsDeleted: false);
        }
        return last;
    }

    private static bool IsOver(string attribute, DateTimeOffset now) => attribute.Split('=', 2, StringSplitOptions.TrimEntries) switch
    {
        [var name, var age] when name.Equals("Max-Age", StringComparison.OrdinalIgnoreCase) =>
            age.StartsWith('-') || age == "0",
        [var name, var date] when name.Equals("Expires", StringComparison.OrdinalIgnoreCase) =>
            DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) && end <= now,
        _ => false,
    };
}
