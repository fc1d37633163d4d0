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
    private const int MostCompared = 6;
    private const int CostOfCompany = 5;

    private readonly int _length = sampling.Shortest;

    /// <summary>The pieces: what stands in the text, in which writing of the value it begins, and where there.</summary>
    public IReadOnlyList<(byte[] Piece, int Kind, int Offset)> For(KnownValue value)
    {
        var pieces = new List<(byte[] Piece, int Kind, int Offset)>();
        void Add(string spelling, int kind, int offset)
        {
            var piece = Encoding.UTF8.GetBytes(spelling)[.._length];
            if (!pieces.Exists(one => one.Kind == kind && one.Offset == offset && one.Piece.AsSpan().SequenceEqual(piece)))
                pieces.Add((piece, kind, offset));
        }
        AddText(value, Add);
        if (value.IsLine)
            return pieces;
        AddBase64(value.Utf8, Add);
        AddHex(value.Utf8, Add);
        AddNumbers(value.Utf8, Add);
        return pieces;
    }

    private void AddText(KnownValue value, Action<string, int, int> add)
    {
        var text = Encoding.UTF8.GetString(value.Utf8);
        foreach (var place in Places(text, IsPlain, most: 2))
        {
            var offset = Encoding.UTF8.GetByteCount(text.AsSpan(0, place.At));
            foreach (var spelling in value.IsHex ? [place.Piece, place.Piece.ToLowerInvariant(), place.Piece.ToUpperInvariant()] : place.IsPlain ? [place.Piece] : Dialects.SpellingsOf(place.Piece))
                add(spelling, SecretView.Text, offset);
        }
        if (value.IsLine)
            return;
        var wide = SecretView.Writing(value.Utf8, SecretView.Utf16);
        if (wide.Length >= _length && Ascii.IsValid(wide))
            add(Encoding.ASCII.GetString(wide), SecretView.Utf16, 0);
    }

    private void AddBase64(byte[] value, Action<string, int, int> add)
    {
        for (var kind = SecretView.FirstBase64; kind < SecretView.Hex; kind++)
        {
            foreach (var place in Places(Encoding.ASCII.GetString(SecretView.Writing(value, kind)), char.IsAsciiLetterOrDigit, most: 2))
            {
                add(place.Piece, kind, place.At);
                if (place.IsPlain)
                    continue;
                foreach (var spelling in Dialects.SpellingsOf(place.Piece).Append(place.Piece.Replace('+', '-').Replace('/', '_')).Append(place.Piece.Replace('+', ' ')))
                    add(spelling, kind, place.At);
            }
        }
        // By itself in base64, and that in longer content: nothing but letters and digits is rare, and one good place does.
        for (var kind = SecretView.FirstTwice; kind < SecretView.Kinds; kind++)
        {
            foreach (var place in Places(Encoding.ASCII.GetString(SecretView.Writing(value, kind)), char.IsAsciiLetterOrDigit, most: 1))
                add(place.Piece, kind, place.At);
        }
    }

    private void AddHex(byte[] value, Action<string, int, int> add)
    {
        foreach (var place in Places(Convert.ToHexString(value), char.IsAsciiDigit, most: 1))
        {
            add(place.Piece, SecretView.Hex, place.At);
            add(place.Piece.ToLowerInvariant(), SecretView.Hex, place.At);
        }
        foreach (var separator in (char[])['-', ':', ' '])
        {
            var separated = string.Join(separator, value.Select(static one => one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
            // Times and dates are digits with separators too: letters of the value are better, and need not be looked for in two cases.
            foreach (var place in Places(separated, static c => c is >= '6' and <= '9', most: 1, every: 3))
            {
                add(place.Piece, SecretView.Hex, place.At / 3 * 2);
                add(place.Piece.ToLowerInvariant(), SecretView.Hex, place.At / 3 * 2);
            }
        }
    }

    private void AddNumbers(byte[] value, Action<string, int, int> add)
    {
        var list = Encoding.ASCII.GetString(SecretView.Writing(value, SecretView.Numbers));
        if (list.Length < _length)
            return;
        add(list, SecretView.Numbers, 0);
        add(list.Replace(",", ", ", StringComparison.Ordinal), SecretView.Numbers, 0);
    }

    /// <summary>The best places of a writing; they do not overlap.</summary>
    private List<Place> Places(string text, Func<char, bool> isPlain, int most, int every = 1)
    {
        var chosen = new List<Place>();
        var candidates = Candidates(text, isPlain, every);
        candidates.Sort(static (one, other) => one.Cost.CompareTo(other.Cost));
        foreach (var place in Apart(candidates).Select(Weighed).OrderBy(static place => place.Cost))
        {
            // A second one is not worth its room where it has to be spelled in every dialect, nor the time where others have it too.
            if (chosen.Count > 0 && (!place.IsPlain || place.Company > 0 || chosen.Exists(place.Overlaps)))
                continue;
            chosen.Add(place);
            if (chosen.Count == most)
                break;
        }
        return chosen;
    }

    // Neighbours have the same company: only places apart from each other are worth comparing.
    private List<Place> Apart(List<Place> candidates)
    {
        var apart = new List<Place>();
        foreach (var place in candidates)
        {
            if (apart.Count == MostCompared)
                break;
            if (!apart.Exists(other => 2 * Math.Abs(other.At - place.At) < _length))
                apart.Add(place);
        }
        return apart;
    }

    private Place Weighed(Place place)
    {
        var company = crowdOf(Encoding.UTF8.GetBytes(place.Piece)[.._length]);
        return place with { Company = company, Cost = place.Cost + (CostOfCompany * company) };
    }

    // A value that is cut short is cut at its end: places in its first half are better. Its very beginning is often public.
    private List<Place> Candidates(string text, Func<char, bool> isPlain, int every)
    {
        var candidates = new List<Place>();
        var until = Math.Min(text.Length, Reach);
        var best = Math.Max(0, (until / 2) - _length);
        var (end, bytes, special) = (0, 0, 0);
        for (var at = 0; at < until; at++)
        {
            for (; end < text.Length && bytes < _length; end++)
            {
                bytes += Utf8LengthAt(text, end);
                special += isPlain(text[end]) ? 0 : 1;
            }
            if (bytes < _length)
                break;
            if (at % every == 0 && !char.IsLowSurrogate(text[at]))
                candidates.Add(new Place(text, at, end - at, special == 0, (Special * special) + Math.Min(Math.Abs(at - best), Special - 1)));
            bytes -= Utf8LengthAt(text, at);
            special -= isPlain(text[at]) ? 0 : 1;
        }
        return candidates;
    }

    // The second half of a pair of surrogates has all four bytes: a piece ends behind it.
    private static int Utf8LengthAt(string text, int at) => text[at] switch
    {
        < '\x80' => 1,
        < '\x800' => 2,
        _ when char.IsHighSurrogate(text[at]) => 0,
        _ when char.IsLowSurrogate(text[at]) => 4,
        _ => 3,
    };

    /// <summary>What no encoder in use writes in another way.</summary>
    public static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_';

    /// <summary>A stretch of a writing, and what speaks against it.</summary>
    private readonly record struct Place(string Text, int At, int Length, bool IsPlain, int Cost)
    {
        public int Company { get; init; }

        public string Piece => Text.Substring(At, Length);

        public bool Overlaps(Place other) => other.At < At + Length && At < other.At + other.Length;
    }
}
