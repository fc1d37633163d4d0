namespace Rekey.Redaction.Patterns;

/// <summary>Tells a value from what prose and source code say behind <c>password =</c>, where no other pair of a connection string stands beside it.</summary>
internal static class Prose
{
    private const int LongestWord = 64;
    private const int ShortestFunction = 3;

    private static readonly string[] Literals = ["true", "false", "null", "none", "nil", "undefined", "yes", "no"];

    public static bool Explains(ReadOnlySpan<byte> text, int key, int equals, ConnectionValue value)
    {
        var words = value.In(text);
        words = words[..Math.Min(words.Length, LongestWord)];
        return IsLiteral(words) || IsDirectory(text[key..equals], words) || (!value.IsQuoted && IsCode(words, isSpaced: text[equals - 1] == ' '));
    }

    private static bool IsLiteral(ReadOnlySpan<byte> words)
    {
        foreach (var literal in Literals)
        {
            if (literal.Length == words.Length && System.Text.Ascii.EqualsIgnoreCase(words, literal))
                return true;
        }
        return false;
    }

    /// <summary>A shell calls its directory PWD.</summary>
    private static bool IsDirectory(ReadOnlySpan<byte> key, ReadOnlySpan<byte> words) =>
        System.Text.Ascii.EqualsIgnoreCase(key.TrimEnd((byte)' '), "pwd")
            && words is [(byte)'/' or (byte)'~' or (byte)'.', ..] or [_, (byte)':', (byte)'\\' or (byte)'/', ..];

    /// <summary>A name that means a password, a call; with spaces around the sign any name without a digit.</summary>
    private static bool IsCode(ReadOnlySpan<byte> words, bool isSpaced)
    {
        var end = words.IndexOfAny("([;"u8);
        var name = (end < 0 ? words : words[..end]).TrimEnd((byte)' ');
        if (!Placeholder.IsName(name))
            return isSpaced && words is [(byte)'$' or (byte)'@' or (byte)':', .. var variable] && Placeholder.IsName(variable);
        if (end >= 0 && words[end] != ';')
            return name.Length >= ShortestFunction && (end == words.Length - 1 || words[^1] is (byte)')' or (byte)']' or (byte)';' || words.Length == LongestWord);
        return ConnectionKeys.MeansSecret(name) || (isSpaced && !name.ContainsAnyInRange((byte)'0', (byte)'9'));
    }
}
