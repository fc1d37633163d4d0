namespace Rekey.Redaction.Patterns;

/// <summary>
/// Tells what of a URL, read from its authority on, is <c>user:password</c>. A well-formed one ends at the last <c>@</c> before the path.
/// With a slash in the password the authority seems to end there: then it reaches to the last <c>@</c> that a host follows.
/// </summary>
internal ref struct UserInfo(ReadOnlySpan<byte> url, int encoded)
{
    private const int LongestName = 40;
    private const int LongestPort = 5;
    private const int LongestHost = 256;

    private readonly ReadOnlySpan<byte> _url = url;
    private readonly int _encoded = encoded;
    private int _colon = -1;
    private int _password;
    private int _at = -1;
    private int _path;
    private bool _hasParameters;

    public readonly int Reread => _path;

    /// <summary>Its length, or -1 when there is none.</summary>
    public int Find(int lastAt)
    {
        if (_url[0] == '[')
            return -1;
        ReadAuthority();
        if (_colon < 0 || _hasParameters || IsPort(_password, ",;)]}|"u8))
            return -1;
        var length = _at > _colon ? WellFormed(lastAt) : IllFormed(lastAt);
        return length > _password && !Placeholder.IsInUrl(_url[_password..length]) ? length : -1;
    }

    /// <summary>Whether a name and an equals sign follow.</summary>
    public static bool IsQuery(ReadOnlySpan<byte> text, int encoded)
    {
        var name = 0;
        while (name < text.Length && name < LongestName && (char.IsAsciiLetterOrDigit((char)text[name]) || text[name] is (byte)'_' or (byte)'-' or (byte)'.'))
            name++;
        return name > 0 && name < text.Length && Glyph.ReadEncoded(text[name..], encoded).Character == '=';
    }

    private void ReadAuthority()
    {
        while (_path < _url.Length)
        {
            var glyph = GlyphAt(_path);
            if (glyph.Character is (byte)'/' or (byte)'?' or (byte)'#')
                break;
            if (glyph.Character == ':' && _colon < 0)
                (_colon, _password) = (_path, _path + glyph.Length);
            if (glyph.Character is (byte)'=' or (byte)';' && _colon < 0)
                _hasParameters = true;
            if (glyph.Character == '@')
                _at = _path;
            _path += glyph.Length;
        }
    }

    private readonly int WellFormed(int lastAt)
    {
        var host = _at + GlyphAt(_at).Length;
        if (_url[host..].StartsWith("sha256:"u8))
            return -1;
        return lastAt > _path && !IsCertainHost(host, _path) && IsHost(lastAt) ? lastAt : _at;
    }

    private readonly int IllFormed(int lastAt)
    {
        var isAddress = _at >= 0 && IsCertainHost(_at + GlyphAt(_at).Length, _colon);
        var isOtherUrl = _password == _path && GlyphAt(_path) is { Character: (byte)'/' } slash && GlyphAt(_path + slash.Length).Character == '/';
        return isAddress || isOtherUrl || lastAt < _path || IsPort(_password, "/?#"u8) || !IsHost(lastAt) ? -1 : lastAt;
    }

    private readonly bool IsPort(int at, ReadOnlySpan<byte> ends)
    {
        var end = at;
        while (end < _url.Length && end < at + LongestPort && char.IsAsciiDigit((char)_url[end]))
            end++;
        return end > at && ends.Contains(GlyphAt(end).Character);
    }

    /// <summary>Whether after this <c>@</c> stands what can be a host, up to the end of the URL, its path or its port.</summary>
    private readonly bool IsHost(int at)
    {
        var host = at + GlyphAt(at).Length;
        var end = EndOfName(host);
        if (GlyphAt(host).Character == '[')
            return true;
        return end > host && (end == _url.Length || "/?#,;)]}"u8.Contains(GlyphAt(end).Character) || IsPortAt(end));
    }

    /// <summary>A name with a domain, an address, a port: it is not the rest of a password that has an <c>@</c> as well as a slash.</summary>
    private readonly bool IsCertainHost(int host, int end)
    {
        var name = _url[host..Math.Min(end, EndOfName(host))];
        var domain = name[(name.LastIndexOf((byte)'.') + 1)..];
        var hasDomain = domain.Length is >= 2 && domain.Length < name.Length && !domain.ContainsAnyExceptInRange((byte)'a', (byte)'z');
        var isAddress = name.Length > 0 && !name.ContainsAnyExceptInRange((byte)'.', (byte)'9');
        return hasDomain || isAddress || name.SequenceEqual("localhost"u8) || GlyphAt(host).Character == '['
            || (host + name.Length < end && IsPortAt(host + name.Length));
    }

    private readonly bool IsPortAt(int at) =>
        GlyphAt(at) is { Character: (byte)':' } colon && char.IsAsciiDigit((char)GlyphAt(at + colon.Length).Character);

    private readonly int EndOfName(int at)
    {
        var longest = Math.Min(_url.Length, at + LongestHost);
        while (at < longest && (char.IsAsciiLetterOrDigit((char)_url[at]) || _url[at] is (byte)'.' or (byte)'-' or (byte)'_'))
            at++;
        return at;
    }

    private readonly Glyph GlyphAt(int at) => at < _url.Length ? Glyph.ReadEncoded(_url[at..], _encoded) : default;
}
