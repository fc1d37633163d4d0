using System.Buffers;
using System.Buffers.Binary;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Knows how every value begins, in every writing: a stream must not let go of what may still become one. Whoever is unsure here only waits
/// longer; what has once been ruled out stays ruled out, whatever follows.
/// </summary>
internal sealed class Beginnings
{
    /// <summary>How many bytes of meaning at the end of a stream are too many to be chance.</summary>
    public const int Telling = 8;

    private const int LongestEscape = 12;
    private const int DeepestLayer = 5;
    private const int FilterLog2 = 20;

    private static readonly SearchValues<byte> Introducers = SearchValues.Create("\\%&\e"u8);

    private readonly Dictionary<Alphabet, Dictionary<uint, List<byte[]>>> _byAlphabet = [];
    private IReadOnlyList<byte[]> _alone = [];
    private readonly bool[] _first = new bool[256];
    private readonly bool[] _leads = new bool[256];
    private readonly ulong[] _filter = new ulong[1 << (FilterLog2 - 6)];
    private Units _units = new();
    private Units _decoded = new();
    private byte[] _meaning = new byte[256];

    public void Add(KnownValue value)
    {
        for (var kind = 0; kind < (value.IsLine ? 1 : SecretView.Kinds); kind++)
        {
            foreach (var shape in new SecretView(value.Utf8, kind, value.IsHex).Shapes)
            {
                Add(shape.Alphabet, shape.Meaning);
                // What has no meaning is part of the value all the same.
                for (var i = 0; i < shape.Writing.Length && shape.Alphabet.Meaning(shape.Writing[i]) < 0; i++)
                    _first[shape.Writing[i]] = _leads[shape.Writing[i]] = true;
            }
        }
    }

    /// <summary>Takes the spellings of values that count only where they stand alone.</summary>
    public void SetAlone(IReadOnlyList<byte[]> forms) => _alone = forms;

    /// <summary>Where the first thing begins that may still become a value; the end of the text when there is none. Looks no further back than <paramref name="from"/>.</summary>
    public int FirstOpen(ReadOnlySpan<byte> text, int from)
    {
        var escape = OpenEscape(text);
        for (var at = from; at < text.Length; at++)
        {
            if (at >= escape || IsOpenAlone(text, at) || MayBeginAt(text, at, escape, out _))
                return at;
        }
        return text.Length;
    }

    /// <summary>Whether so much of a value begins here, and not all of it, and reaches to the end, that the rest need not be awaited.</summary>
    public bool IsTelling(ReadOnlySpan<byte> text, int at) => MayBeginAt(text, at, text.Length, out var length, isProper: true) && length >= Telling;

    private void Add(Alphabet alphabet, byte[] meaning)
    {
        if (!_byAlphabet.TryGetValue(alphabet, out var beginnings))
            _byAlphabet[alphabet] = beginnings = [];
        var key = BinaryPrimitives.ReadUInt32LittleEndian(meaning);
        if (!beginnings.TryGetValue(key, out var same))
            beginnings[key] = same = [];
        if (same.Exists(one => one.AsSpan().SequenceEqual(meaning)))
            return;
        same.Add(meaning);
        AddWritten(alphabet, meaning);
    }

    // Every way in which the first four bytes can stand in plain text.
    private void AddWritten(Alphabet alphabet, byte[] meaning)
    {
        Span<byte> four = stackalloc byte[4];
        Spell(alphabet, meaning, four, 0);
    }

    private void Spell(Alphabet alphabet, byte[] meaning, Span<byte> four, int at)
    {
        if (at == four.Length)
        {
            var bit = BitOf(BinaryPrimitives.ReadUInt32LittleEndian(four));
            _filter[bit >> 6] |= 1UL << bit;
            return;
        }
        for (var value = 0; value < 256; value++)
        {
            if (alphabet.Meaning((byte)value) != meaning[at])
                continue;
            four[at] = (byte)value;
            _first[value] |= at == 0;
            Spell(alphabet, meaning, four, at + 1);
        }
    }

    private bool IsKnown(uint four) => (_filter[BitOf(four) >> 6] & (1UL << BitOf(four))) != 0;

    private static int BitOf(uint four) => (int)((four * 0x9E3779B1u) >> (32 - FilterLog2));

    // An escape that is not complete yet may become anything.
    private static int OpenEscape(ReadOnlySpan<byte> text)
    {
        var from = Math.Max(0, text.Length - LongestEscape);
        var found = text[from..].IndexOfAny(Introducers);
        return found < 0 ? text.Length : from + found;
    }

    private bool MayBeginAt(ReadOnlySpan<byte> text, int at, int escape, out int length, bool isProper = false)
    {
        length = 0;
        var rest = text[at..];
        if (IsPlain(rest) ? !IsKnown(BinaryPrimitives.ReadUInt32LittleEndian(rest)) : !_first[rest[0]] && !Introducers.Contains(rest[0]))
            return false;
        _units.Load(rest);
        for (var layer = 0; ; layer++)
        {
            foreach (var (alphabet, beginnings) in _byAlphabet)
            {
                if (Begins(alphabet, beginnings, escape - at, isProper, out length))
                    return true;
            }
            if (layer == DeepestLayer || !Decoding.Once(_units, _decoded))
                return false;
            (_units, _decoded) = (_decoded, _units);
        }
    }

    // Four bytes that mean themselves in every layer.
    private static bool IsPlain(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 4)
            return false;
        foreach (var value in rest[..4])
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'.' or (byte)'/'))
                return false;
        }
        return true;
    }

    /// <summary>Whether what is decoded now, up to an escape that is not complete, begins something longer.</summary>
    private bool Begins(Alphabet alphabet, Dictionary<uint, List<byte[]>> beginnings, int until, bool isProper, out int length)
    {
        length = 0;
        if (_meaning.Length < _units.Count)
            _meaning = new byte[2 * _units.Count];
        var (whole, isWhole) = (0, true);
        for (var i = 0; i < _units.Count && isWhole; i++)
        {
            isWhole = _units.StartOf(i) < until;
            if (isWhole && alphabet.Meaning(_units[i]) is >= 0 and var meaning)
                _meaning[whole++] = (byte)meaning;
            if (whole == sizeof(uint) && !beginnings.ContainsKey(BinaryPrimitives.ReadUInt32LittleEndian(_meaning)))
                return false;
        }
        if (_units.Count == 0 || (alphabet.Meaning(_units[0]) < 0 && (isProper || !_leads[_units[0]])))
            return false;
        var begun = _meaning.AsSpan(0, whole);
        foreach (var one in Candidates(beginnings, begun))
        {
            // To the end of a value more may belong than means something.
            if (one.Length < begun.Length + (isProper ? 1 : 0) || !one.AsSpan(0, begun.Length).SequenceEqual(begun))
                continue;
            length = whole;
            return true;
        }
        return false;
    }

    private static IEnumerable<byte[]> Candidates(Dictionary<uint, List<byte[]>> beginnings, ReadOnlySpan<byte> begun) =>
        begun.Length < sizeof(uint) ? beginnings.Values.SelectMany(static many => many)
        : beginnings.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(begun), out var same) ? same : [];

    private bool IsOpenAlone(ReadOnlySpan<byte> text, int at)
    {
        foreach (var form in _alone)
        {
            if (form.AsSpan().StartsWith(text[at..]))
                return true;
        }
        return false;
    }
}
