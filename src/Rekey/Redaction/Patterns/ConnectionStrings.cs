namespace Rekey.Redaction.Patterns;

/// <summary>
/// Hides the passwords of connection strings (ADO.NET, ODBC, JDBC, libpq, <c>password=</c> in any text), and the user beside each.
/// Host, database and all the rest stay. What has a quote that never closes is hidden from its first pair to the end of its line.
/// </summary>
internal static class ConnectionStrings
{
    private const int LongestKey = 40;

    /// <summary>Hides the value behind the equals sign when its key says so. What stands before the place it returns is done with.</summary>
    public static int Read(ref Findings findings, int equals, int read)
    {
        var text = findings.Text;
        if (!MayHaveSecret(text, equals, read) || ConnectionKeys.Before(text, equals, read) is not { Kind: ConnectionKeyKind.Secret } key)
            return read;
        var separator = PairsBefore.SeparatorBefore(text, key.Start, read);
        var at = ValueStart(text, equals, separator);
        var value = ConnectionValue.Read(text, at, separator);
        findings.Work += value.After - key.Start;
        if (value.IsUnclosed)
        {
            if (TryHideUnparseable(ref findings, key.Start, at, read, separator, out var end))
                return end;
            value = ConnectionValue.Plain(text, text[at] == '{' ? at : value.Start, separator);
        }
        if (separator == Separator.None)
            separator = SeparatorAfter(text, value.After);
        var before = new PairsBefore(text, key.Start, read, separator);
        if (Placeholder.Is(value.In(text)) || (!IsCertain(ref findings, ref before, value.After, separator) && Prose.Explains(text, key.Start, equals, value)))
            return read;
        findings.Add(value.Start, value.End);
        HideUsersBefore(ref findings, ref before, separator);
        return HidePairsAfter(ref findings, value.After, key.Start, separator);
    }

    public static int SkipSpaces(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t')
            at++;
        return at;
    }

    /// <summary>A quick look at the last two letters before <c>=</c>, which is no <c>==</c>, <c>=&gt;</c> or <c>=~</c>.</summary>
    private static bool MayHaveSecret(ReadOnlySpan<byte> text, int equals, int from)
    {
        var end = ConnectionKeys.EndBefore(text, equals, from);
        return end - from >= 2
            && (text[end - 2] | 0x20, text[end - 1] | 0x20) is ('r' or 'w', 'd') or ('e', 'y' or 't' or 'n') or ('r' or 's', 'e')
            && (equals + 1 == text.Length || text[equals + 1] is not ((byte)'=' or (byte)'>' or (byte)'~'));
    }

    /// <summary>Spaces before the value count where they stand before the equals sign too, or where semicolons part the pairs.</summary>
    private static int ValueStart(ReadOnlySpan<byte> text, int equals, Separator separator) =>
        text[equals - 1] == ' ' || separator == Separator.Semicolon ? SkipSpaces(text, equals + 1) : equals + 1;

    private static Separator SeparatorAfter(ReadOnlySpan<byte> text, int at) => at == text.Length ? Separator.None : Glyph.Read(text[at..]).Character switch
    {
        (byte)';' => Separator.Semicolon,
        (byte)'&' => Separator.Ampersand,
        (byte)',' => Separator.Comma,
        (byte)' ' => Separator.Space,
        _ => Separator.None,
    };

    /// <summary>Whether this can be nothing but a connection string: another known pair stands beside this one, parted as source code and prose do not.</summary>
    private static bool IsCertain(ref Findings findings, ref PairsBefore before, int after, Separator separator)
    {
        if (separator is not (Separator.Semicolon or Separator.Ampersand))
            return false;
        var start = before.Start;
        var isCertain = before.MoveNext() || (TryPair(findings.Text, after, separator, out var next, out _) && next.Kind != ConnectionKeyKind.Unknown);
        findings.Work += start - before.Start;
        return isCertain;
    }

    /// <summary>Begins with the pair where the walk stands, if it has begun.</summary>
    private static void HideUsersBefore(ref Findings findings, ref PairsBefore pairs, Separator separator)
    {
        var start = pairs.Start;
        do
        {
            if (pairs.Key.Kind == ConnectionKeyKind.User)
                HideValue(ref findings, ConnectionValue.Read(findings.Text, pairs.Value, separator));
        }
        while (pairs.MoveNext());
        findings.Work += start - pairs.Start;
    }

    private static int HidePairsAfter(ref Findings findings, int at, int first, Separator separator)
    {
        var text = findings.Text;
        var start = at;
        while (TryPair(text, at, separator, out var key, out var valueAt))
        {
            var value = ConnectionValue.Read(text, valueAt, separator);
            if (value.IsUnclosed && (key.Kind != ConnectionKeyKind.Secret || separator != Separator.Semicolon))
                break;
            if (value.IsUnclosed)
            {
                at = ConnectionValue.EndOfLine(text, valueAt);
                findings.AddUnparseable(first, at);
                break;
            }
            if (key.Kind is ConnectionKeyKind.Secret or ConnectionKeyKind.User)
                HideValue(ref findings, value);
            at = value.After;
        }
        findings.Work += at - start;
        return at;
    }

    private static void HideValue(ref Findings findings, ConnectionValue value)
    {
        if (!value.IsUnclosed && !Placeholder.Is(value.In(findings.Text)))
            findings.Add(value.Start, value.End);
    }

    /// <summary>The pair that follows a separator.</summary>
    private static bool TryPair(ReadOnlySpan<byte> text, int at, Separator separator, out ConnectionKey key, out int value)
    {
        (key, value) = (default, at);
        var next = SkipSpaces(text, at);
        if (separator == Separator.Space ? next == at : next == text.Length || SeparatorAfter(text, next) != separator)
            return false;
        if (separator != Separator.Space)
            next += Glyph.Read(text[next..]).Length;
        if (separator == Separator.Ampersand && text[next..].StartsWith("amp;"u8))
            next += "amp;".Length;
        next = SkipSpaces(text, next);
        var equals = next;
        while (equals < text.Length && equals < next + LongestKey && ConnectionKeys.IsPart(text[equals]))
            equals++;
        if (equals == text.Length || text[equals] != '=' || equals == next || (separator == Separator.Space && text[next..equals].Contains((byte)' ')))
            return false;
        key = ConnectionKeys.Before(text, equals, next);
        value = ValueStart(text, equals, separator);
        return true;
    }

    private static bool TryHideUnparseable(ref Findings findings, int key, int value, int from, Separator separator, out int end)
    {
        end = value;
        if (separator != Separator.Semicolon)
            return false;
        var pairs = new PairsBefore(findings.Text, key, from, separator);
        var first = key;
        while (pairs.MoveNext())
            first = pairs.Key.Start;
        findings.Work += key - first;
        if (first == key)
            return false;
        end = ConnectionValue.EndOfLine(findings.Text, value);
        findings.AddUnparseable(first, end);
        return true;
    }
}
