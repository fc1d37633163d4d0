using System.Text.RegularExpressions;

namespace Rekey;

/// <summary>What a value must be like to be one: found out when it is fetched, and not by the service that it is for.</summary>
public sealed record SecretRules
{
    private readonly Regex? _pattern;

    /// <summary>How many characters it has at least.</summary>
    public int? MinLength { get; init; }

    /// <summary>How it begins.</summary>
    public string? StartsWith { get; init; }

    /// <summary>What it matches as a whole or in part, as the pattern says. Its time is linear, so that no content can make it hang.</summary>
    public string? Pattern
    {
        get => _pattern?.ToString();
        init => _pattern = value is null ? null : new Regex(value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>Whether the pattern is one; look-around and back-references are not.</summary>
    public static bool IsPattern(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>The rules that the value breaks, by their names; of the value itself nothing is told.</summary>
    public IEnumerable<string> Problems(Secret value)
    {
        var text = value.Reveal();
        if (text.Length < MinLength)
            yield return "breaks the rule minLength";
        if (StartsWith is { } start && !text.StartsWith(start, StringComparison.Ordinal))
            yield return "breaks the rule startsWith";
        if (_pattern is { } pattern && !pattern.IsMatch(text))
            yield return "breaks the rule pattern";
    }
}
