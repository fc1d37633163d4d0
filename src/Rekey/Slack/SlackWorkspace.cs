using System.Diagnostics.CodeAnalysis;

namespace Rekey.Slack;

/// <summary>Names of workspaces. One becomes part of the host that a cookie is sent to, so it is read strictly.</summary>
public static class SlackWorkspace
{
    private const string Domain = ".slack.com";
    private const int LongestLabel = 63;

    /// <summary>Reads <c>acme</c>, <c>acme.slack.com</c> or <c>https://acme.slack.com/</c>; an organization is <c>acme.enterprise</c>.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out string? name)
    {
        name = text?.Trim().ToLowerInvariant() ?? "";
        name = name.StartsWith("https://", StringComparison.Ordinal) ? name["https://".Length..].TrimEnd('/') : name;
        name = name.EndsWith(Domain, StringComparison.Ordinal) ? name[..^Domain.Length] : name;
        if (name.Split('.') is { Length: 1 } or [_, "enterprise"] && IsLabel(name.Split('.')[0]))
            return true;
        name = null;
        return false;
    }

    private static bool IsLabel(string text) =>
        text.Length is > 0 and <= LongestLabel && text[0] != '-' && text[^1] != '-'
        && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
