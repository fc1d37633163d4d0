using System.Buffers;

namespace Rekey.Redaction.Patterns;

/// <summary>
/// Hides user and password in URLs of any scheme: <c>scheme://user:password@host</c>, also JSON-escaped or percent-encoded.
/// Nobody escapes a password for certain, so a URL is taken to its very end before it is judged.
/// </summary>
internal struct UrlPasswords
{
    private static readonly byte[] Ends = [.. Enumerable.Range(0, ' ' + 1).Select(static c => (byte)c), .. "\"'<>`\x7F"u8];
    /// <summary>What no URL has: it ends there.</summary>
    public static readonly SearchValues<byte> End = SearchValues.Create(Ends);

    private static readonly SearchValues<byte> Telling = SearchValues.Create([.. Ends, .. "\\?"u8]);
    private static readonly SearchValues<byte> EncodedPlain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-+!*():"u8);

    private const int LongestUserInfo = 4096;

    // The next @ of the text: far from it no URL has a password.
    private int _nextAt;

    // The URL that was measured last: another that begins inside of it ends where it ends.
    private int _end;
    private int _lastAt;

    /// <summary>Hides what the URL at the sign shows. What stands before the place it returns is done with.</summary>
    public int Read(ref Findings findings, int sign, int read)
    {
        if (!TryBegin(findings.Text, sign, out var start, out var encoded) || (encoded == 0 && !HasAtNear(findings.Text, start)))
            return read;
        if (start >= _end)
            Measure(ref findings, start, encoded);
        if (_lastAt <= start)
            return read;
        var userInfo = new UserInfo(findings.Text[start.._end], encoded);
        var length = userInfo.Find(_lastAt - start);
        findings.Work += userInfo.Reread;
        if (length < 0)
            return read;
        findings.Add(start, start + length);
        return start + length;
    }

    private bool HasAtNear(ReadOnlySpan<byte> text, int start)
    {
        if (_nextAt < start)
            _nextAt = text[start..].IndexOf((byte)'@') is >= 0 and var found ? start + found : int.MaxValue;
        return _nextAt - start <= LongestUserInfo;
    }

    /// <summary>Where the authority begins, and how often the URL was percent-encoded.</summary>
    private static bool TryBegin(ReadOnlySpan<byte> text, int sign, out int start, out int encoded)
    {
        (start, encoded) = (sign + 3, 0);
        if (text.Slice(sign, 3).SequenceEqual("://"u8))
            return true;
        encoded = text[sign] != '2' ? 0 : text[..sign].EndsWith("%25"u8) ? 2 : 1;
        start = sign - (encoded == 0 ? 0 : (2 * encoded) - 1);
        if (start < 0)
            return false;
        var colon = text[sign] == ':' ? Glyph.Read(text[start..]) : default;
        start += colon.Length;
        var isAfterColon = colon.Length > 0 || EndsInColon(text[..start].TrimEnd((byte)'\\'), encoded);
        for (var slash = 0; slash < 2 && isAfterColon; slash++)
        {
            var glyph = start < text.Length ? Glyph.ReadEncoded(text[start..], encoded) : default;
            isAfterColon = glyph.Character == '/';
            start += glyph.Length;
        }
        return isAfterColon;
    }

    private static bool EndsInColon(ReadOnlySpan<byte> text, int encoded) =>
        text.EndsWith(":"u8) || (encoded > 0 && text.Length >= 2 && text[^1] is (byte)'A' or (byte)'a' && text[..^1].EndsWith(encoded == 1 ? "%3"u8 : "%253"u8));

    /// <summary>A URL ends where none goes on, or else with its path: an <c>@</c> in the query is no part of a password.</summary>
    private void Measure(ref Findings findings, int start, int encoded)
    {
        var text = findings.Text;
        (_end, _lastAt) = (start, -1);
        while (Skip(text[_end..], encoded) is var plain && (_end += plain) < text.Length)
        {
            var glyph = Glyph.ReadEncoded(text[_end..], encoded);
            if (End.Contains(glyph.Character) || (encoded > 0 && glyph.Length == 1) || (glyph.Character == '?' && UserInfo.IsQuery(text[(_end + glyph.Length)..], encoded)))
                break;
            if (glyph.Character == '@')
                _lastAt = _end;
            _end += glyph.Length;
        }
        if (encoded == 0 && text[start.._end].LastIndexOf((byte)'@') is >= 0 and var last)
            _lastAt = Math.Max(_lastAt, start + last);
        findings.Work += _end - start;
    }

    private static int Skip(ReadOnlySpan<byte> text, int encoded) =>
        (encoded == 0 ? text.IndexOfAny(Telling) : text.IndexOfAnyExcept(EncodedPlain)) is >= 0 and var plain ? plain : text.Length;
}
