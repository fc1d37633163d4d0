using System.Text;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Chooses the pieces of a value that are looked for: few, as short as the sampling allows, with nothing in them that an encoder would change
/// if there is such a place, and away from what other values have too. A second piece elsewhere survives a line break in the first.
/// </summary>
internal sealed class AnchorChoice(Sampling sampling, Func<byte[], int> crowdOf)
{
    private const int Reach = 160;
    private const int Special = 100;

    private static readonly (string Before, string After)[] HexSeparators = [("", "-"), ("", ":"), ("", " "), ("\\x", ""), ("0x", ","), ("0x", ", ")];

    /// <summary>The pieces: what stands in the text, in which writing of the value it begins, and where there.</summary>
    public IEnumerable<(byte[] Piece, int Kind, int Offset)> For(KnownValue value)
    {
        var text = Encoding.UTF8.GetString(value.Utf8);
        IEnumerable<(byte[] Piece, int Kind, int Offset)> all =
            [.. InText(text, value.IsHex), .. InBase64(value), .. InHex(value.Utf8), .. InNumbers(value), .. InUtf16(value), .. InBase64Twice(value)];
        return all.DistinctBy(static one => (Convert.ToHexString(one.Piece), one.Kind, one.Offset));
    }

    private IEnumerable<(byte[] Piece, int Kind, int Offset)> InText(string text, bool isHex)
    {
        foreach (var (at, length, isPlain) in Places(text, IsPlain, most: 2))
        {
            var offset = Encoding.UTF8.GetByteCount(text.AsSpan(0, at));
            var piece = text.Substring(at, length);
            foreach (var spelling in isHex ? [piece.ToLowerInvariant(), piece.ToUpperInvariant()] : isPlain ? [piece] : Dialects.SpellingsOf(piece))
                yield return (Piece(Encoding.UTF8.GetBytes(spelling)), SecretView.Text, offset);
        }
    }

    private IEnumerable<(byte[] Piece, int Kind, int Offset)> InBase64(KnownValue value)
    {
        for (var kind = SecretView.FirstBase64; kind < SecretView.Hex; kind++)
        {
            var written = Encoding.ASCII.GetString(value.View(kind).Written);
            foreach (var (at, length, isPlain) in Places(written, char.IsAsciiLetterOrDigit, most: 2))
            {
                var piece = written.Substring(at, length);
                foreach (var spelling in isPlain ? [piece] : Dialects.SpellingsOf(piece).Append(piece.Replace('+', '-').Replace('/', '_')).Append(piece.Replace('+', ' ')))
                    yield return (Piece(Encoding.ASCII.GetBytes(spelling)), kind, at);
            }
        }
    }

    private IEnumerable<(byte[] Piece, int Kind, int Offset)> InBase64Twice(KnownValue value)
    {
        for (var kind = SecretView.FirstTwice; kind < SecretView.Kinds; kind++)
        {
            // Twice encoded, nothing but letters and digits is rare, and the first good place does.
            var written = Encoding.ASCII.GetString(value.View(kind).Written);
            foreach (var (at, length, _) in Places(written, char.IsAsciiLetterOrDigit, most: 1))
                yield return (Piece(Encoding.ASCII.GetBytes(written.Substring(at, length))), kind, at);
        }
    }

    private IEnumerable<(byte[] Piece, int Kind, int Offset)> InHex(byte[] value)
    {
        var hex = Convert.ToHexString(value);
        foreach (var (at, length, _) in Places(hex, static _ => true, most: 2))
        {
            var piece = hex.Substring(at, length);
            foreach (var spelling in (string[])[piece, piece.ToLowerInvariant()])
                yield return (Piece(Encoding.ASCII.GetBytes(spelling)), SecretView.Hex, at);
        }
        var start = Math.Max(0, (value.Length / 2) - sampling.Shortest);
        foreach (var (before, after) in HexSeparators)
        {
            var upper = string.Concat(value.Skip(start).Take(sampling.Shortest).Select(one => $"{before}{one:X2}{after}"));
            if (upper.Length < sampling.Shortest)
                continue;
            // Escapes are decoded to the text, bare digits are not.
            var (kind, offset) = before.Length > 0 ? (SecretView.Text, start) : (SecretView.Hex, 2 * start);
            yield return (Piece(Encoding.ASCII.GetBytes(upper)), kind, offset);
            yield return (Piece(Encoding.ASCII.GetBytes(string.Concat(value.Skip(start).Take(sampling.Shortest).Select(one => $"{before}{one:x2}{after}")))), kind, offset);
        }
    }

    private IEnumerable<(byte[] Piece, int Kind, int Offset)> InNumbers(KnownValue value)
    {
        var tight = Encoding.ASCII.GetString(value.View(SecretView.Numbers).Written);
        var spaced = tight.Replace(",", ", ", StringComparison.Ordinal);
        if (tight.Length < sampling.Shortest)
            yield break;
        yield return (Piece(Encoding.ASCII.GetBytes(tight)), SecretView.Numbers, 0);
        yield return (Piece(Encoding.ASCII.GetBytes(spaced)), SecretView.Numbers, 0);
    }

    private IEnumerable<(byte[] Piece, int Kind, int Offset)> InUtf16(KnownValue value)
    {
        var written = value.View(SecretView.Utf16).Written;
        if (written.Length >= sampling.Shortest)
            yield return (Piece(written), SecretView.Utf16, 0);
    }

    /// <summary>The best places of a writing, the best first; they do not overlap.</summary>
    private List<(int At, int Length, bool IsPlain)> Places(string text, Func<char, bool> isPlain, int most)
    {
        var places = Candidates(text, isPlain).OrderBy(static place => place.Cost).Take(24).ToList();
        var chosen = new List<(int At, int Length, bool IsPlain)>();
        foreach (var (at, length, cost) in places.OrderBy(place => place.Cost + (5 * crowdOf(Piece(Encoding.UTF8.GetBytes(text.Substring(place.At, place.Length)))))))
        {
            // A second one that has to be spelled in every dialect is not worth its room.
            if (chosen.Count > 0 && (cost >= Special || chosen.Exists(other => at < other.At + other.Length && other.At < at + length)))
                continue;
            chosen.Add((at, length, cost < Special));
            if (chosen.Count == most)
                break;
        }
        return chosen;
    }

    // A value that is cut short is cut at its end: places in its first half are better. Its very beginning is often public.
    private IEnumerable<(int At, int Length, int Cost)> Candidates(string text, Func<char, bool> isPlain)
    {
        var best = Math.Max(0, (Math.Min(text.Length, Reach) / 2) - sampling.Shortest);
        for (var at = 0; at < Math.Min(text.Length, Reach); at++)
        {
            if (char.IsLowSurrogate(text[at]))
                continue;
            var length = LengthAt(text, at);
            if (length == 0)
                yield break;
            var special = text.AsSpan(at, length).ToArray().Count(c => !isPlain(c));
            yield return (at, length, (Special * special) + Math.Min(Math.Abs(at - best), Special - 1));
        }
    }

    /// <summary>How many characters make up a piece that is long enough; zero at the end.</summary>
    private int LengthAt(string text, int at)
    {
        var (bytes, end) = (0, at);
        foreach (var rune in text.AsSpan(at).EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            end += rune.Utf16SequenceLength;
            if (bytes >= sampling.Shortest)
                return end - at;
        }
        return 0;
    }

    private byte[] Piece(byte[] bytes) => bytes[..sampling.Shortest];

    /// <summary>What no encoder in use writes in another way.</summary>
    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_';
}
