using System.Text;
using System.Text.Json;
using Rekey.Redaction;
using Rekey.Redaction.Patterns;
using static Rekey.Tests.Redaction.Patterns.PatternTest;

namespace Rekey.Tests.Redaction.Patterns;

public sealed class HostileTextTests
{
    /// <summary>Each byte may be read again so often, on average; the scan itself reads it once.</summary>
    private const int MostReread = 100;

    [Theory]
    [InlineData("postgresql://")]
    [InlineData("://a:b/")]
    [InlineData("://a:b@")]
    [InlineData("://a:80/x@")]
    [InlineData("a://b?c=")]
    [InlineData(@":\/\/a:b\/")]
    [InlineData("%3A%2F%2Fa%3Ab")]
    [InlineData("%2F")]
    [InlineData("%252F%252F")]
    [InlineData("password=")]
    [InlineData("password=null ")]
    [InlineData(";password=f(x)")]
    [InlineData(";password='")]
    [InlineData(";password=\"")]
    [InlineData(";pwd={")]
    [InlineData("password=x;a={;")]
    [InlineData(";password=a b")]
    [InlineData("password=\",")]
    [InlineData("password=\"}")]
    [InlineData("password=$X&")]
    [InlineData(",user=a,password=true")]
    [InlineData(" a=b password=no")]
    [InlineData("password=\\")]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData("\\")]
    [InlineData("\\\"")]
    [InlineData("=")]
    [InlineData(" = ")]
    [InlineData("@")]
    [InlineData("ghp_")]
    [InlineData("sk-")]
    [InlineData("sk-a.")]
    [InlineData("-eyJ")]
    [InlineData("eyJ.")]
    [InlineData("eyJaaaaaaaaaa.")]
    [InlineData(";x=1;password=null\"")]
    [InlineData("\\\"password=\\\",")]
    [InlineData("SG.")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nabcd\n")]
    public void The_work_grows_with_the_text_and_no_faster(string flood)
    {
        foreach (var end in new[] { "", "@/", ";password=x", "password=null\"" })
        {
            var once = Flood(flood, 5_000) + end;
            var twice = Flood(flood, 10_000) + end;

            _ = Hide(once, out var rereadOnce);
            var hidden = Hide(twice, out var rereadTwice);

            Assert.True(rereadTwice <= (2.1 * rereadOnce) + 10_000, $"{rereadOnce} bytes were read again in {once.Length}, {rereadTwice} in {twice.Length}");
            Assert.True(rereadTwice <= (long)MostReread * twice.Length, $"{rereadTwice} bytes were read again in {twice.Length}");
            Assert.Equal(hidden, Hide(hidden));
        }
    }

    [Theory]
    [InlineData("postgresql://", 80_000)]
    [InlineData("password=", 100_000)]
    [InlineData("\"", 1_000_000)]
    public void A_long_flood_is_read_again_once_at_most(string flood, int times)
    {
        var text = Flood(flood, times);

        _ = Hide(text, out var reread);

        Assert.InRange(reread, 0, text.Length);
    }

    [Fact]
    public void Clean_text_costs_no_memory()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("GET https://host:8080/a?b=c@d password= {\"password\":\"\"} sk-x user=y\n", 1000)));
        Scan(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var any = Scan(text);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.False(any);
    }

    [Fact]
    public void A_pattern_is_found_at_every_offset_of_every_length_of_text()
    {
        for (var before = 0; before < 140; before++)
        {
            for (var after = 0; after < 5; after++)
            {
                var (left, right) = (new string(' ', before), new string(' ', after));
                Assert.Equal($"{left}a://{M}@h{right}", Hide($"{left}a://u:p@h{right}"));
                Assert.Equal($"{left}pwd={M}{right}", Hide($"{left}pwd=x{right}"));
            }
        }
    }

    [Fact]
    public void Random_clean_text_stays_and_planted_credentials_vanish() => Property.Holds(400, static random =>
    {
        var words = Enumerable.Range(0, 30).Select(_ => Word(random)).ToArray();
        var clean = string.Concat(words);
        Assert.Equal(clean, Hide(clean));

        var password = random.Text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!$%&()*+,-./:<=>?@[]^_{|}~#", 12, 30);
        var user = random.Text("abcdefghijklmnopqrstuvwxyz", 8, 12) + "7";
        words[random.Next(30)] = "\n" + Credential(random, user, password) + "\n";
        var planted = string.Concat(words);

        var hidden = Hide(planted);
        Assert.False(hidden.Contains(password[4..], StringComparison.Ordinal), "the password is still there");
        Assert.False(hidden.Contains(user, StringComparison.Ordinal), "the user is still there");
        Assert.Equal(hidden, Hide(hidden));
        Assert.Contains("db.internal", hidden, StringComparison.Ordinal);
        foreach (var json in new[] { JsonSerializer.Serialize(new[] { planted, "next" }), JsonSerializer.Serialize(new[] { planted, "next" }, Relaxed) })
        {
            hidden = Hide(json);
            var inside = JsonSerializer.Deserialize<string[]>(hidden);
            Assert.Equal("next", inside![1]);
            Assert.False(inside[0].Contains(password[4..], StringComparison.Ordinal), "the password is still there in JSON");
            Assert.Equal(hidden, Hide(hidden));
        }
    });

    [Fact]
    public void Any_text_in_JSON_stays_JSON() => Property.Holds(2000, static random =>
    {
        string[] pieces = ["password", "=", "\"", "'", "\\", ";", "user", "://", "@", ":", "{", "}", " ", "\n", "a1", "/", "?", "&", "%2F", "Server=db;", "User ID=sa;", "\\u0022", ",", "-----BEGIN PRIVATE KEY-----", "eyJ", "sk-", "pwd=", M[..9], M];
        string Text() => string.Concat(random.GetItems(pieces, random.Next(1, 25)));
        var document = JsonSerializer.Serialize(new[] { Text(), JsonSerializer.Serialize(new[] { Text(), Text() }), Text() }, random.Next(2) == 0 ? Relaxed : JsonSerializerOptions.Default);

        var hidden = Hide(document);
        Assert.Equal(3, JsonSerializer.Deserialize<string[]>(hidden)!.Length);
        for (var pass = 0; pass < 3; pass++)
            hidden = Hide(hidden);
        Assert.Equal(hidden, Hide(hidden));
    });

    private static JsonSerializerOptions Relaxed { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Flood(string piece, int times) => new StringBuilder(piece.Length * times).Insert(0, piece, times).ToString();

    private static bool Scan(byte[] text)
    {
        var findings = new Findings(text);
        PatternScan.Find(ref findings);
        return findings.Any;
    }

    private static string Word(Random random) => random.Next(8) switch
    {
        0 => random.Text("abcdefghijklmno", 2, 9) + "=" + random.Text("abcdefghijklmnopqrstuvwxyz0123456789", 1, 9) + " ",
        1 => "https://host.example:8443/" + random.Text("abc/@:.", 1, 12).Replace(":/", "-", StringComparison.Ordinal) + "\n",
        2 => random.Text("abcdef", 3, 8) + "@example.com ",
        3 => Guid.NewGuid() + " ",
        4 => "{\"password\":\"" + random.Text("abc", 0, 3) + "\",\"uid\":" + random.Next(100) + "} ",
        _ => random.Text("abcdefghijklmnopqrstuvwxyz-_.,:;", 1, 12) + " ",
    };

    private static string Credential(Random random, string user, string password) => random.Next(5) switch
    {
        0 => $"postgres://{user}:{Uri.EscapeDataString(password)}@db.internal:5432/orders",
        1 => $"Server=db.internal;User ID={user};Password=\"{password}\";Database=orders",
        2 => $"Server=db.internal;User ID={user};Password='{password}';Database=orders",
        3 => $"Driver={{X}};Server=db.internal;UID={user};PWD={{{password.Replace("}", "}}", StringComparison.Ordinal)}}};Database=orders",
        _ => $"host=db.internal user={user} password='{password}' dbname=orders",
    };
}
