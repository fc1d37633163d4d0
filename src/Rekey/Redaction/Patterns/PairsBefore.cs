namespace Rekey.Redaction.Patterns;

/// <summary>Walks a connection string from one of its pairs to its beginning. Work stops at a place that was walked before.</summary>
internal ref struct PairsBefore(ReadOnlySpan<byte> text, int start, int from, Separator separator)
{
    private const int LongestKeyText = 40;

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly int _from = from;
    private readonly Separator _separator = separator;
    private int _start = start;
    private bool _isOver;

    /// <summary>How far the walk has come.</summary>
    public readonly int Start => _start;

    /// <summary>The key of the pair; the first one may stand behind other words.</summary>
    public ConnectionKey Key { get; private set; }

    /// <summary>Where its value begins.</summary>
    public int Value { get; private set; }

    /// <summary>What stands before the key, and so between all pairs.</summary>
    public static Separator SeparatorBefore(ReadOnlySpan<byte> text, int key, int from)
    {
        var at = key;
        while (at > from && key - at < LongestKeyText && ConnectionKeys.IsPart(text[at - 1]))
            at--;
        var before = text[from..at];
        return before switch
        {
            [.., (byte)'&' or (byte)'?'] => Separator.Ampersand,
            [.., (byte)';'] => before.EndsWith("&amp;"u8) ? Separator.Ampersand : Separator.Semicolon,
            [.., (byte)','] => Separator.Comma,
            [.., (byte)'6'] when before.EndsWith("\\u0026"u8) => Separator.Ampersand,
            _ => key > from && text[key - 1] == ' ' ? Separator.Space : Separator.None,
        };
    }

    public bool MoveNext()
    {
        while (!_isOver && TryEnterPiece(out var end))
        {
            var piece = _text[_start..end];
            if (_separator == Separator.Space && !piece.Contains((byte)'='))
                break;
            for (var equals = piece.LastIndexOf((byte)'='); equals >= 0; equals = piece[..equals].LastIndexOf((byte)'='))
            {
                Key = ConnectionKeys.Before(_text, _start + equals, _start);
                if (Key.Kind == ConnectionKeyKind.Unknown)
                    continue;
                Value = ConnectionStrings.SkipSpaces(_text, _start + equals + 1);
                _start = Key.Start;
                return true;
            }
        }
        _isOver = true;
        Key = default;
        return false;
    }

    /// <summary>Steps over the separator to the piece before it, over a quoted value as a whole.</summary>
    private bool TryEnterPiece(out int end)
    {
        var before = _text[_from.._start].TrimEnd(" \t"u8);
        before = before[..^LengthOfSeparator(before)];
        end = _from + before.Length;
        if (end == _start)
            return false;
        before = WithoutQuoted(before);
        _start = _from + 1 + before.LastIndexOfAny(_separator switch
        {
            Separator.Semicolon => ";\"\n"u8,
            Separator.Ampersand => "&?\"\n "u8,
            Separator.Comma => ",\"\n"u8,
            _ => " \"\n\t"u8,
        });
        return end > _start;
    }

    /// <summary>What stands in quotes may have separators in it. A quote that opens the string around all of this is none of those.</summary>
    private readonly ReadOnlySpan<byte> WithoutQuoted(ReadOnlySpan<byte> before)
    {
        if (before is not [.. var inner, (byte)'"' or (byte)'\''])
            return before;
        var quote = before[inner.TrimEnd((byte)'\\').Length..];
        var open = before[..^quote.Length].LastIndexOf(quote);
        if (open < 0 || before[(open + quote.Length)..^quote.Length].Contains((byte)'"'))
            return before;
        var closes = quote[^1] == '"'
            ? ConnectionValue.IsInside(_text, _from + before.Length - quote.Length, new Glyph(quote[^1], quote.Length, quote.Length - 1)) == true
            : before[..open].TrimEnd((byte)' ').EndsWith("="u8);
        return closes ? before[..open] : before;
    }

    private readonly int LengthOfSeparator(ReadOnlySpan<byte> before) => _separator switch
    {
        Separator.Semicolon => before.EndsWith(";"u8) ? 1 : 0,
        Separator.Comma => before.EndsWith(","u8) ? 1 : 0,
        Separator.Ampersand => before.EndsWith("&"u8) ? 1 : before.EndsWith("&amp;"u8) ? 5 : before.EndsWith("\\u0026"u8) ? 6 : 0,
        _ => 0,
    };
}
