using System.Buffers;

namespace Rekey.Redaction.Patterns;

/// <summary>What stands where a value will be, or was: <c>${DB_PASSWORD}</c>, <c>%PASSWORD%</c>, <c>{0}</c>, <c>***</c>.</summary>
internal static class Placeholder
{
    private const int Longest = 80;

    private static readonly SearchValues<byte> Beginnings = SearchValues.Create("*.x?%$#{@:"u8);
    private static readonly SearchValues<byte> BeginningsOfWords = SearchValues.Create("<>[]{}pPsS"u8);

    public static bool Is(ReadOnlySpan<byte> value) => value.IsEmpty
        || (value.Length <= Longest && Beginnings.Contains(value[0]) && (IsBlank(value) || IsTemplate(value) || IsVariable(value)));

    /// <summary>In the URLs of manuals it is a word as well: <c>user:password@host</c>.</summary>
    public static bool IsInUrl(ReadOnlySpan<byte> value) => Is(value) || (BeginningsOfWords.Contains(value[0]) && IsWord(value.Trim("<>[]{}"u8)));

    private static bool IsWord(ReadOnlySpan<byte> value) =>
        System.Text.Ascii.EqualsIgnoreCase(value, "password"u8) || System.Text.Ascii.EqualsIgnoreCase(value, "passwd"u8)
        || System.Text.Ascii.EqualsIgnoreCase(value, "pass"u8) || System.Text.Ascii.EqualsIgnoreCase(value, "secret"u8) || System.Text.Ascii.EqualsIgnoreCase(value, "pw"u8);

    /// <summary>Letters, digits and what joins names: <c>config.DbPassword</c>.</summary>
    public static bool IsName(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit((char)text[0]))
            return false;
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter is not ((byte)'_' or (byte)'.'))
                return false;
        }
        return true;
    }

    private static bool IsBlank(ReadOnlySpan<byte> value) =>
        !value.ContainsAnyExcept((byte)'*') || !value.ContainsAnyExcept((byte)'.') || value.SequenceEqual("xxxxx"u8) || value.SequenceEqual("?"u8) || value.SequenceEqual("%s"u8);

    private static bool IsTemplate(ReadOnlySpan<byte> value) => value switch
    {
        [(byte)'$' or (byte)'#', (byte)'{', .. var name] => IsPath(name),
        [(byte)'$', (byte)'(', .. var name] => IsName(name.TrimEnd((byte)')')),
        [(byte)'{', (byte)'{', .., not (byte)'}', (byte)'}'] => false,
        [(byte)'{', (byte)'{', .. var name] => name.Trim(" .}"u8) is var path && (path.IsEmpty || IsName(path)),
        [(byte)'{', .. var name, (byte)'}'] => !name.ContainsAnyExceptInRange((byte)'0', (byte)'9') || IsSecretName(name),
        [(byte)'%', (byte)'(', .. var name, (byte)')', (byte)'s'] => IsName(name),
        _ => false,
    };

    /// <summary>Nothing or a name, perhaps with what a shell takes in its place: <c>:-default</c>.</summary>
    private static bool IsPath(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" {}"u8);
        var end = text.IndexOf((byte)':');
        return text.IsEmpty || IsName(end < 0 || text[(end + 1)..] is not [(byte)'-' or (byte)'=' or (byte)'?' or (byte)'+', ..] ? text : text[..end]);
    }

    /// <summary>A name in capitals, or one that means a password: who says <c>$ecret</c> means the value itself.</summary>
    private static bool IsVariable(ReadOnlySpan<byte> value) => value switch
    {
        [(byte)'%', .. var name, (byte)'%'] => IsCapitals(name),
        [(byte)'$', .. var name] => IsCapitals(name) || IsSecretName(name),
        [(byte)'@' or (byte)':', .. var name] => IsSecretName(name),
        _ => false,
    };

    private static bool IsSecretName(ReadOnlySpan<byte> name) => IsName(name) && ConnectionKeys.MeansSecret(name);

    private static bool IsCapitals(ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterUpper((char)letter) && !char.IsAsciiDigit((char)letter) && letter != '_')
                return false;
        }
        return true;
    }
}
