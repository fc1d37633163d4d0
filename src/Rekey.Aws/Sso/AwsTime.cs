using System.Globalization;

namespace Rekey.Aws.Sso;

/// <summary>Points in time as the cache files spell them.</summary>
internal static class AwsTime
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The one form that every tool reads.</summary>
    public static string Write(DateTimeOffset time) => time.ToUniversalTime().ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>Any form that a tool has ever written: with fractions, with an offset, with <c>UTC</c> at its end, with nothing.</summary>
    public static DateTimeOffset? Read(string? text)
    {
        if (text is null)
            return null;
        if (text.EndsWith("UTC", StringComparison.Ordinal))
            text = text[..^3];
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var time) ? time : null;
    }
}
