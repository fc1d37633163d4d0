namespace Rekey.Redaction.Patterns;

/// <summary>Hides tokens that say by their first letters what they are. Ids of keys (<c>AKIA…</c>) are no secrets and stay.</summary>
internal static class TokenPrefixes
{
    private static readonly TokenShape[][] BySign = Index(
    [
        new("ghp_", 0, TokenShape.Alphanumeric, 36),
        new("gho_", 0, TokenShape.Alphanumeric, 36),
        new("ghu_", 0, TokenShape.Alphanumeric, 36),
        new("ghs_", 0, TokenShape.Dotted, 36),
        new("ghr_", 0, TokenShape.Alphanumeric, 36),
        new("github_pat_", 5, TokenShape.Url, 40),
        new("glpat-", 0, TokenShape.Dotted, 20),
        new("xoxa-", 0, TokenShape.Url + "%", 20) { Stretch = 6 },
        new("xoxb-", 0, TokenShape.Url + "%", 20) { Stretch = 6 },
        new("xoxc-", 0, TokenShape.Url + "%", 20) { Stretch = 6 },
        new("xoxd-", 0, TokenShape.Url + "%+/=", 20) { Stretch = 6 },
        new("xoxe-", 0, TokenShape.Url + "%", 20) { Stretch = 6 },
        new("xoxp-", 0, TokenShape.Url + "%", 20) { Stretch = 6 },
        new("xoxr-", 0, TokenShape.Url + "%", 20) { Stretch = 6 },
        new("xoxs-", 0, TokenShape.Url + "%", 20) { Stretch = 6 },
        new("xapp-", 0, TokenShape.Url, 20) { Stretch = 6 },
        new("sk-", 0, TokenShape.Url, 20) { Stretch = 16 },
        new("sk_live_", 0, TokenShape.Alphanumeric, 16),
        new("rk_live_", 0, TokenShape.Alphanumeric, 16),
        new("hvs.", 0, TokenShape.Url, 20) { Stretch = 16 },
        new("hvb.", 0, TokenShape.Url, 20) { Stretch = 16 },
        new("hvr.", 0, TokenShape.Url, 20) { Stretch = 16 },
        new("npm_", 0, TokenShape.Alphanumeric, 36),
        new("pypi-", 0, TokenShape.Url, 50) { Stretch = 16 },
        new("dop_v1_", 3, TokenShape.Alphanumeric, 40),
        new("AIza", 0, TokenShape.Url, 35),
        new("ya29.", 1, TokenShape.Dotted, 20) { Stretch = 16 },
        new("SG.", 0, TokenShape.Dotted, 50) { Stretch = 16 },
    ]);

    /// <summary>Whether a text is the beginning of one of the prefixes.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> text)
    {
        if ("eyJ"u8.StartsWith(text))
            return true;
        foreach (var shapes in BySign)
        {
            foreach (var shape in shapes)
            {
                if (shape.MayBegin(text))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Whether one of the prefixes has its sign at this place.</summary>
    public static bool StandsAt(ReadOnlySpan<byte> text, int sign)
    {
        if (text[sign..].StartsWith("eyJ"u8))
            return true;
        var letters = TokenShape.SignAt(text, sign);
        foreach (var shape in BySign[text[sign]])
        {
            if (shape.Sign == letters)
                return true;
        }
        return false;
    }

    /// <summary>Hides the token at the sign. What stands before the place it returns is done with.</summary>
    public static int Read(ref Findings findings, int sign, int read)
    {
        var text = findings.Text;
        var isToken = TryRead(text, sign, out var start, out var end);
        findings.Work += end - start;
        if (!isToken || start < read)
            return read;
        findings.Add(start, end);
        return end;
    }

    private static bool TryRead(ReadOnlySpan<byte> text, int sign, out int start, out int end)
    {
        if (text[sign] == 'e')
            return JsonWebTokens.TryRead(text, start = sign, out end);
        if (text[sign] == '-')
            return PrivateKeys.TryRead(text, sign, out start, out end);
        var letters = TokenShape.SignAt(text, sign);
        foreach (var shape in BySign[text[sign]])
        {
            if (shape.Sign == letters && shape.TryRead(text, sign, out start, out end))
                return true;
        }
        (start, end) = (sign, sign);
        return false;
    }

    private static TokenShape[][] Index(TokenShape[] shapes) =>
        [.. Enumerable.Range(0, 256).Select(letter => shapes.Where(s => (byte)s.Sign == letter).ToArray())];
}
