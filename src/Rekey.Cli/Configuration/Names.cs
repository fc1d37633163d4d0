using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>Names that people write: which are good, how they are printed, which known one was meant.</summary>
internal static class Names
{
    private const int Longest = 64;

    /// <summary>The rule of a credential's name, for people.</summary>
    public const string Rule = "letters, digits, '_', '-' and '.', a letter or digit first, 64 characters at most";

    public static bool IsGood(string name) => IsPlain(name) && char.IsAsciiLetterOrDigit(name[0]) && !name.Contains('$');

    /// <summary>The name in quotes. What does not look like one is not repeated: it may be a value in the wrong place.</summary>
    public static string Print(string name) => IsPlain(name) ? $"'{name}'" : "(a text that is no name)";

    /// <summary>The place below <paramref name="path"/>.</summary>
    public static string Below(string path, string name)
    {
        var step = IsPlain(name) ? name : "(?)";
        return path.Length == 0 ? step : $"{path}.{step}";
    }

    /// <summary>" Did you mean 'from'?" when one is near, else nothing.</summary>
    public static string DidYouMean(string written, IEnumerable<string> known) =>
        Nearest(written, known) is { } near ? $" Did you mean '{near}'?" : "";

    private static string? Nearest(string written, IEnumerable<string> known)
    {
        var lower = written.ToLowerInvariant();
        var (name, edits) = known
            .Select(name => (name, EditDistance.Between(lower, name.ToLowerInvariant())))
            .Append(("", int.MaxValue))
            .MinBy(static pair => pair.Item2);
        return edits <= 2 && edits < name.Length ? name : null;
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= Longest && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '$');
}
