using System.Globalization;
using System.Text;

namespace Rekey.Redaction.Matching;

/// <summary>
/// One way of writing a value: as text, base64, hex, a list of numbers, UTF-16. <see cref="Written"/> is what the writing has of the value alone,
/// whatever stands before and after it.
/// </summary>
internal sealed class SecretView
{
    /// <summary>How many ways there are.</summary>
    public const int Kinds = FirstTwice + 3;

    public const int Text = 0;
    public const int FirstBase64 = 1;
    public const int Hex = 4;
    public const int Numbers = 5;
    public const int Utf16 = 6;
    public const int FirstTwice = 7;

    /// <summary>The fewest bytes of meaning by which a value is told from what only begins like it.</summary>
    public const int LeastMeaning = 4;

    /// <summary>One writing of a value.</summary>
    public SecretView(byte[] value, int kind, bool isHex)
    {
        Written = Writing(value, kind);
        var alphabet = AlphabetOf(kind, isHex);
        Shapes = kind == Text && Decoded(Written) is { } decoded
            ? [Shape.Of(Written, alphabet), Shape.Of(decoded, alphabet)]
            : [Shape.Of(Written, alphabet)];
    }

    /// <summary>The bytes of this writing.</summary>
    public byte[] Written { get; }

    /// <summary>What is compared: the writing itself, and what a decoder makes of it where it looks like an escape.</summary>
    public Shape[] Shapes { get; }

    /// <summary>The bytes of one writing of a value.</summary>
    public static byte[] Writing(byte[] value, int kind) => kind switch
    {
        Text => value,
        >= FirstBase64 and < Hex => Base64(value, kind - FirstBase64),
        Hex => Encoding.ASCII.GetBytes(Convert.ToHexString(value)),
        Numbers => NumbersOf(value),
        Utf16 => Utf16Of(value),
        _ => Base64(Base64(value, before: 0), kind - FirstTwice),
    };

    private static Alphabet AlphabetOf(int kind, bool isHex) => kind switch
    {
        Text => isHex ? Alphabet.HexText : Alphabet.Text,
        Hex => Alphabet.Hex,
        Numbers => Alphabet.Numbers,
        Utf16 => Alphabet.Exact,
        _ => Alphabet.Base64,
    };

    /// <summary>How much of a shape's meaning stands before a place of the writing.</summary>
    public int MeaningBefore(Shape shape, int offset)
    {
        var before = Written.AsSpan(0, offset);
        return shape.Alphabet.Count(ReferenceEquals(shape.Writing, Written) ? before : Decoded(before.ToArray()) ?? before);
    }

    /// <summary>
    /// Inside longer content a value begins at the first, second or third byte of a base64 group. Only the characters that the value alone
    /// decides belong to it.
    /// </summary>
    private static byte[] Base64(byte[] value, int before)
    {
        byte[] shifted = [.. new byte[before], .. value];
        var first = ((before * 8) + 5) / 6;
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(shifted)[first..(shifted.Length * 8 / 6)]);
    }

    private static byte[] NumbersOf(byte[] value) =>
        Encoding.ASCII.GetBytes(string.Join(',', value.Select(static one => one.ToString(CultureInfo.InvariantCulture))));

    // Without its last zero it is also what the other byte order holds.
    private static byte[] Utf16Of(byte[] value) => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(value))[..^1];

    /// <summary>A value that looks like an escape is decoded along with its surroundings. Null for any other.</summary>
    private static byte[]? Decoded(byte[] value)
    {
        Units from = new(), to = new();
        from.Load(value);
        var changed = false;
        while (Decoding.Once(from, to, Decoding.Every))
            (from, to, changed) = (to, from, true);
        return changed ? from.Bytes.ToArray() : null;
    }

    /// <summary>What has to be found, and the alphabet in which it is compared.</summary>
    internal sealed class Shape
    {
        private Shape(byte[] writing, byte[] meaning, Alphabet alphabet)
        {
            (Writing, Meaning, Alphabet) = (writing, meaning, alphabet);
            Lead = writing[..Array.FindIndex(writing, one => alphabet.Meaning(one) >= 0)];
            Close = writing[(Array.FindLastIndex(writing, one => alphabet.Meaning(one) >= 0) + 1)..];
            Unbroken = IsBrokenEarly() ? 0 : LeastMeaning - 1;
        }

        public byte[] Writing { get; }

        public byte[] Meaning { get; }

        public Alphabet Alphabet { get; }

        /// <summary>Quotes and the like at the beginning have no meaning, and are part of the value all the same.</summary>
        public byte[] Lead { get; }

        /// <summary>The same at its end.</summary>
        public byte[] Close { get; }

        /// <summary>
        /// How few of the first bytes stay where a line breaks behind them: a line must not wait for the next one because its last letter is the first of a value.
        /// None, where a line of the value itself ends there.
        /// </summary>
        public int Unbroken { get; }

        /// <summary>A value of punctuation has too little meaning left: there every byte counts.</summary>
        public static Shape Of(byte[] writing, Alphabet alphabet)
        {
            var meaning = alphabet.Reduce(writing);
            return meaning.Length >= LeastMeaning ? new Shape(writing, meaning, alphabet) : new Shape(writing, writing, Alphabet.Exact);
        }

        private bool IsBrokenEarly()
        {
            var seen = 0;
            for (var at = Lead.Length; seen < LeastMeaning; at++)
            {
                if (Alphabet.Meaning(Writing[at]) >= 0)
                    seen++;
                else if (Writing[at] is (byte)'\n' or (byte)'\r')
                    return true;
            }
            return false;
        }
    }
}
