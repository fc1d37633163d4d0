using System.Buffers;

namespace Rekey.Redaction.Patterns;

/// <summary>What the value of a key is, and where the key begins.</summary>
internal readonly record struct ConnectionKey(ConnectionKeyKind Kind, int Start);

internal enum ConnectionKeyKind
{
    Unknown,
    /// <summary>Tells that this is a connection string.</summary>
    Known,
    User,
    Secret,
}

/// <summary>The keys of connection strings, in any case, with spaces, <c>_</c>, <c>-</c> and dots left out.</summary>
internal static class ConnectionKeys
{
    private const int Shortest = 3;
    private const int Longest = 24;
    private const int MostSpaces = 8;

    private static readonly SearchValues<byte> Parts = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-. "u8);

    /// <summary>The longest key that ends before the equals sign. Before it may stand other words: <c>login failed for User ID=</c>, <c>DB_PASSWORD=</c>.</summary>
    public static ConnectionKey Before(ReadOnlySpan<byte> text, int equals, int from)
    {
        var end = EndBefore(text, equals, from);
        if (end - from < Shortest)
            return new ConnectionKey(ConnectionKeyKind.Unknown, end);
        var key = EndsInPassword(text[from..end]) is > 0 and var length ? new ConnectionKey(ConnectionKeyKind.Secret, end - length) : new ConnectionKey(ConnectionKeyKind.Unknown, end);
        Span<char> name = stackalloc char[Longest];
        var first = Longest;
        for (var at = end - 1; at >= from && first > 0 && IsPart(text[at]); at--)
        {
            if (!char.IsAsciiLetterOrDigit((char)text[at]))
                continue;
            name[--first] = (char)(text[at] | 0x20); // in small letters; a digit has the bit
            if (Begins(text[from..], at - from) && KindOf(name[first..]) is not ConnectionKeyKind.Unknown and var kind)
                key = new ConnectionKey(kind, at);
        }
        return key;
    }

    /// <summary>Where the key ends: spaces may stand before the equals sign.</summary>
    public static int EndBefore(ReadOnlySpan<byte> text, int equals, int from)
    {
        var end = equals;
        while (end > from && equals - end < MostSpaces && text[end - 1] is (byte)' ' or (byte)'\t')
            end--;
        return end;
    }

    /// <summary>Whether a name means a password: <c>settings.Password</c>.</summary>
    public static bool MeansSecret(ReadOnlySpan<byte> name) => Before(name, name.Length, 0).Kind == ConnectionKeyKind.Secret;

    /// <summary>Whether a byte can stand in a key.</summary>
    public static bool IsPart(byte letter) => Parts.Contains(letter);

    private static ConnectionKeyKind KindOf(ReadOnlySpan<char> name) => name switch
    {
        "password" or "passwd" or "pwd" or "passphrase" or "userpassword" or "accountkey" or "sharedaccesskey" or "sharedaccesssignature" or "clientsecret" or "keystoresecret"
            or "secretkey" or "secretaccesskey" or "apikey" or "accesstoken" or "refreshtoken" => ConnectionKeyKind.Secret,
        "user" or "userid" or "uid" or "username" => ConnectionKeyKind.User,
        "server" or "datasource" or "host" or "hostaddr" or "hostname" or "address" or "addr" or "networkaddress" or "port" or "endpoint" or "database" or "initialcatalog"
            or "dbname" or "dsn" or "driver" or "provider" or "encrypt" or "trustservercertificate" or "integratedsecurity" or "persistsecurityinfo" or "applicationname"
            or "multipleactiveresultsets" or "pooling" or "minpoolsize" or "maxpoolsize" or "connecttimeout" or "connectiontimeout" or "timeout" or "commandtimeout" or "sslmode"
            or "ssl" or "charset" or "authentication" or "accountname" or "endpointsuffix" or "defaultendpointsprotocol" or "sharedaccesskeyname" or "entitypath"
            or "blobendpoint" or "tenantid" or "clientid" or "abortconnect" => ConnectionKeyKind.Known,
        _ => ConnectionKeyKind.Unknown,
    };

    /// <summary>These two say what they are, whatever stands before them: <c>PGPASSWORD</c>.</summary>
    private static int EndsInPassword(ReadOnlySpan<byte> name) =>
        EndsIn(name, "password"u8) ? "password".Length : EndsIn(name, "passwd"u8) ? "passwd".Length : 0;

    private static bool EndsIn(ReadOnlySpan<byte> name, ReadOnlySpan<byte> ending) =>
        name.Length >= ending.Length && System.Text.Ascii.EqualsIgnoreCase(name[^ending.Length..], ending);

    /// <summary>A word begins after what is no letter, or with a capital after a small letter.</summary>
    private static bool Begins(ReadOnlySpan<byte> text, int at) =>
        Glyph.StartsWord(text[..at]) || text[at - 1] == '_' || (char.IsAsciiLetterUpper((char)text[at]) && !char.IsAsciiLetterUpper((char)text[at - 1]));
}
