using System.Text;

namespace Rekey.Testing.Redaction;

/// <summary>
/// Made-up secrets in the proportions in which stores hold them: of twenty, five keys of AWS, four of hex digits, four passwords of a database
/// service, three tokens with a prefix, a signed web token, a GUID, a private key, and one that a human thought of.
/// </summary>
public static class SampleSecrets
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Base64 = Alphanumeric + "+/";
    private const string Punctuated = Alphanumeric + "!#$%&()*+,-.:;<=>?[]^_{|}~'\\`";

    private static readonly string[] Prefixes = ["ghp_", "sk-proj-", "xoxb-", "glpat-"];

    /// <summary>Secrets that encoders like least: quotes beyond ASCII, nothing but punctuation, several lines.</summary>
    public static IReadOnlyList<string> Awkward { get; } =
    [
        "zé\"ro\\größe/€+'<b>&c=%41 q7",
        "~!@#$%^&*()_+`-={}|[]\\:\";'<>?,./",
        "the first line of it\nthe second of them\r\nline three",
    ];

    /// <summary>So many in those proportions. The only one is the password of a database.</summary>
    public static IReadOnlyList<string> Mixed(int count, int seed)
    {
        var random = new Random(seed);
        return count == 1 ? [Password(random)] : [.. Enumerable.Range(0, count).Select(i => Mixed(random, i * 7 % 20))];
    }

    /// <summary>So many of at least twelve characters, the awkward ones among them.</summary>
    public static IReadOnlyList<string> NotShort(int count, int seed) =>
        [.. Mixed(2 * count, seed).Where(static secret => secret.Length >= 12).Take(count - Awkward.Count), .. Awkward];

    private static string Mixed(Random random, int kind) => kind switch
    {
        < 5 => Text(random, Base64, 40),
        < 9 => Convert.ToHexStringLower(Bytes(random, 16)),
        < 13 => Password(random),
        < 16 => Prefixes[random.Next(Prefixes.Length)] + Text(random, Alphanumeric, 36),
        16 => $"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{UrlBase64(random, 90)}.{UrlBase64(random, 32)}",
        17 => new Guid(Bytes(random, 16)).ToString(),
        18 => Key(random),
        _ => $"{Text(random, Alphanumeric, 4)}!{Text(random, Alphanumeric, random.Next(3, 7))}#",
    };

    private static string Password(Random random) => Text(random, Punctuated, random.Next(24, 33));

    private static string Key(Random random)
    {
        var key = new StringBuilder("-----BEGIN PRIVATE KEY-----\n");
        for (var line = 0; line < 12; line++)
            key.Append(Text(random, Base64, 64)).Append('\n');
        return key.Append("-----END PRIVATE KEY-----").ToString();
    }

    private static string UrlBase64(Random random, int length) =>
        Convert.ToBase64String(Bytes(random, length)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random, string alphabet, int length) => new(random.GetItems<char>(alphabet, length));
}
