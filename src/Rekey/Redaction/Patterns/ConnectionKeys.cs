using System.Buffers;
using System.Collections.Frozen;

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

    private static readonly string[] Secrets =
    [
        "password", "passwd", "pwd", "passphrase", "userpassword", "accountkey", "sharedaccesskey", "sharedaccesssignature", "clientsecret", "keystoresecret",
        "secretkey", "secretaccesskey", "apikey", "accesstoken", "refreshtoken",
    ];

    private static readonly string[] Users = ["user", "userid", "uid", "username"];

    private static readonly string[] Others =
    [
        "server", "datasource", "host", "hostaddr", "hostname", "address", "addr", "networkaddress", "port", "endpoint", "database", "initialcatalog", "dbname", "dsn", "driver",
        "provider", "encrypt", "trustservercertificate", "integratedsecurity", "persistsecurityinfo", "applicationname", "multipleactiveresultsets", "pooling", "minpoolsize",
        "maxpoolsize", "connecttimeout", "connectiontimeout", "timeout", "commandtimeout", "sslmode", "ssl", "charset", "authentication", "accountname", "endpointsuffix",
        "defaultendpointsprotocol", "sharedaccesskeyname", "entitypath", "blobendpoint", "tenantid", "clientid", "abortconnect",
    ];

    private static readonly FrozenDictionary<string, ConnectionKeyKind>.AlternateLookup<ReadOnlySpan<char>> Kinds =
        Secrets.Select(static k => (k, ConnectionKeyKind.Secret))
            .Concat(Users.Select(static k => (k, ConnectionKeyKind.User)))
            .Concat(Others.Select(static k => (k, ConnectionKeyKind.Known)))
            .ToFrozenDictionary(static pair => pair.Item1, static pair => pair.Item2, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly bool[] Endings = EndingsOf([.. Secrets, .. Users, .. Others]);

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
            if (at <= key.Start && Begins(text[from..], at - from) && Kinds.TryGetValue(name[first..], out var kind))
                key = new ConnectionKey(kind, at);
        }
        return key;
    }

    /// <summary>Whether a key has such last letters: a quick look, for texts full of other names.</summary>
    public static bool MayEndBefore(ReadOnlySpan<byte> text, int equals, int from)
    {
        var ending = 0;
        var letters = 0;
        for (var at = equals - 1; at >= from && letters < 2 && IsPart(text[at]); at--)
        {
            if (char.IsAsciiLetterOrDigit((char)text[at]))
                ending |= (text[at] & 0x1F) << (5 * letters++);
        }
        return letters == 2 && Endings[ending];
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

    /// <summary>These two say what they are, whatever stands before them: <c>PGPASSWORD</c>.</summary>
    private static int EndsInPassword(ReadOnlySpan<byte> name) =>
        EndsIn(name, "password"u8) ? "password".Length : EndsIn(name, "passwd"u8) ? "passwd".Length : 0;

    private static bool EndsIn(ReadOnlySpan<byte> name, ReadOnlySpan<byte> ending) =>
        name.Length >= ending.Length && System.Text.Ascii.EqualsIgnoreCase(name[^ending.Length..], ending);

    /// <summary>A word begins after what is no letter, or with a capital after a small letter.</summary>
    private static bool Begins(ReadOnlySpan<byte> text, int at) =>
        Glyph.StartsWord(text[..at]) || text[at - 1] == '_' || (char.IsAsciiLetterUpper((char)text[at]) && !char.IsAsciiLetterUpper((char)text[at - 1]));

    private static bool[] EndingsOf(string[] keys)
    {
        var endings = new bool[1 << 10];
        foreach (var key in keys)
            endings[(key[^1] & 0x1F) | ((key[^2] & 0x1F) << 5)] = true;
        return endings;
    }
}
