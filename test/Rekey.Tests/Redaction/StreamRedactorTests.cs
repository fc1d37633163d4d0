using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

/// <summary>Invariant: what leaves does not depend on how the stream was cut, and nothing leaves that may still become a secret.</summary>
public sealed class StreamRedactorTests : LeakCheckedTest
{
    private const string M = Secret.Marker;

    private static readonly Func<string, string>[] Encoders =
    [
        static s => s, static s => s, static s => JsonSerializer.Serialize(s)[1..^1], static s => JsonSerializer.Serialize(JsonSerializer.Serialize(s))[1..^1],
        Uri.EscapeDataString, WebUtility.UrlEncode, WebUtility.HtmlEncode, static s => Convert.ToBase64String(Encoding.UTF8.GetBytes(s)),
        static s => Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + s + "@host")), static s => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(s)),
        static s => BitConverter.ToString(Encoding.UTF8.GetBytes(s)), static s => string.Join(", ", Encoding.UTF8.GetBytes(s)),
    ];

    private readonly SecretRedactor _redactor = new();

    [Theory]
    [InlineData("aaaaaaaab", "aaaaaaaaaab and more")]
    [InlineData("ababababc", "abababababc and more")]
    [InlineData("xxy-secret", "xxxy-secret and more")]
    [InlineData("abcabdabcabd", "abcabcabdabcabdabcabd and more")]
    [InlineData("abcd1234", "twice abcd1234abcd1234, and once more abcd1234")]
    [InlineData("p@ss/w+rd\"x1", "plain p@ss/w+rd\"x1 json p@ss\\/w\\u002Brd\\u0022x1 url p%40ss%2fw%2Brd%22x1 done")]
    [InlineData("\"quoted-secret\"", "it is \"quoted-secret\" here, and %22quoted-secret%22 there")]
    [InlineData("line one of it\nline two of it", "> line one of it\r\n  line two of it\n> and more")]
    [InlineData("1234", "port 1234, id 12345, \\n1234 and 1234")]
    [InlineData("k[HxI&\"abcdefghijkl", "x k%5BHxI%26amp%3Bamp%3B%26amp%3Bquot%3Babcdefghijkl y")]
    [InlineData("quote\"and\\slash", "a quote\\\\u0022and\\\\\\\\slash b \\u005cu005cu0022 quote\\u005cu0022and\\u005cu005cslash c")]
    [InlineData("9g23-0\"\"", "one 9g23-0\\u0022\\u0022 two 9g23-0\"\" three")]
    [InlineData("c\" /5605d", "cut off: %5c\\u0022 /5605d and more")]
    [InlineData("smile\ud83d\ude00smile", "json smile\\ud83d\\ude00smile and url smile%F0%9F%98%80smile")]
    [InlineData("8+\"85dga8112", "in a mail 8\\u002B\\u0026quot;8\n   5dga8112 of two lines")]
    [InlineData("ab%41cd\"ef-gh\\nij", "raw ab%41cd\"ef-gh\\nij json ab%41cd\\u0022ef-gh\\\\nij url ab%2541cd%22ef-gh%5Cnij")]
    [InlineData("0a05\"0e'1 0+/6\"9/\"\\%\\%352-94&ebd", "json 0a05\\u00220e\\u00271 0\\u002B/6\\u00229/\\u0022\\\\%\\\\%352-94\\u0026ebd.")]
    [InlineData("db3c28210&7\"61", "cut off: \\udb3c28210\\u00267\\u002261 and more")]
    [InlineData("'5b\\&0f2g7h", "and %275b%5C\n  %260f2g7h")]
    public void Every_cut_of_a_text_gives_the_same(string value, string text) => AssertSameForEveryCut(value, text);

    [Theory]
    [InlineData("url postgres://app:hunter2-hunter2@db:5432/orders and more\nnext line a=b")]
    [InlineData("Server=db;User ID=app;Password=\"hunter2;hunter2\";Database=x\nlevel=info done")]
    [InlineData("token ghp_abcdefghijklmnopqrstuvwxyz0123456789 here")]
    [InlineData("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P here")]
    [InlineData("key\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END PRIVATE KEY-----\nafter")]
    public void Every_cut_of_a_pattern_gives_the_same(string text) => AssertSameForEveryCut("some-other-secret", text);

    [Fact]
    public void However_a_stream_is_cut_the_same_leaves_it() => Property.HoldsForTheFirst(600, random =>
    {
        var redactor = new SecretRedactor();
        var values = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Text(random.Next(3) == 0 ? "ab" : "abcdefgh0123456789-_/+\"\\%&' ", 8, 40).Trim('\n', ' ')).Where(static v => v.Length >= 8).Append("fallback-value").ToArray();
        foreach (var value in values)
            redactor.Register("any", "field", new Secret(value));
        var text = new StringBuilder();
        for (var i = 0; i < 12; i++)
        {
            var value = Encoders[random.Next(Encoders.Length)](values[random.Next(values.Length)]);
            if (random.Next(4) == 0)
                value = Encoders[random.Next(Encoders.Length)](value);
            text.Append(random.Next(6) switch
            {
                0 => random.Text("abcdef 0123456789\n\"\\%&=:/", 0, 20),
                1 => value[..random.Next(value.Length)],
                2 => value[random.Next(value.Length)..],
                3 => value.Insert(random.Next(value.Length), "\n   "),
                _ => value,
            });
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var expected = Streamed(redactor, bytes, _ => bytes.Length);

        Assert.Equal(expected, Streamed(redactor, bytes, _ => 1));
        Assert.Equal(expected, Streamed(redactor, bytes, _ => random.Next(1, 9)));
        Assert.Equal(expected, Streamed(redactor, bytes, _ => random.Next(1, 90)));
    });

    [Fact]
    public void Bytes_without_a_secret_come_out_as_they_went_in() => Property.Holds(100, random =>
    {
        _redactor.Register("any", "field", new Secret("zyxwvutsrqponm-zyxwvutsrqponm"));
        var bytes = new byte[random.Next(3000)];
        random.NextBytes(bytes);
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);

        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(1, 200));
            stream.Write(bytes.AsSpan(at, length), output);
            at += length;
        }
        stream.Complete(output);

        Assert.Equal(bytes, output.WrittenSpan.ToArray());
    });

    [Theory]
    [InlineData("Password: ")]
    [InlineData("Continue? [y/N] ")]
    [InlineData("> ")]
    [InlineData("a line\n")]
    [InlineData("level=info msg=\"it works\" ")]
    [InlineData("\e[1;32mapp@host\e[0m:\e[34m~\e[0m$ ")]
    [InlineData("C:\\Users\\app>")]
    [InlineData("100% ")]
    [InlineData("AT&T ")]
    [InlineData("see https://example.com/docs ")]
    [InlineData("listening on http://localhost:5432 (press q to quit) ")]
    public void A_prompt_appears_at_once(string prompt)
    {
        _redactor.Register("any", "field", Plant("hunter2-hunter2"));
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);

        stream.Write(Encoding.UTF8.GetBytes(prompt), output);

        Assert.Equal((prompt, 0), (Encoding.UTF8.GetString(output.WrittenSpan), stream.Held));
    }

    [Fact]
    public void A_line_appears_with_its_end_whatever_letter_it_ends_with()
    {
        for (var i = 0; i < 200; i++)
            _redactor.Register("any", "field", new Secret($"{(char)('!' + (i % 94))}x{i}-and-a-tail-{i * 7919}"));
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);
        for (var letter = '!'; letter <= '~'; letter++)
        {
            stream.Write(Encoding.UTF8.GetBytes($"a line that ends with {letter}\n"), output);

            Assert.Equal(0, stream.Held);
        }
    }

    [Fact]
    public void A_whole_value_is_hidden_at_once()
    {
        _redactor.Register("any", "field", Plant("correct-horse-battery"));
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);

        stream.Write("it is correct-horse-battery"u8, output);

        Assert.Equal(("it is " + M, 0), (Encoding.UTF8.GetString(output.WrittenSpan), stream.Held));
    }

    [Fact]
    public void What_touches_a_marker_becomes_part_of_it_although_it_comes_later()
    {
        _redactor.Register("any", "field", Plant("correct-horse-battery"));

        Assert.Equal(M + ".", Streamed(_redactor, "correct-horse-batterycorrect-horse-battery."u8.ToArray(), _ => 21));
    }

    [Theory]
    [InlineData("cor\nrect-horse-battery.", "cor\n" + M + ".")]
    [InlineData("corr\n  ect-horse-battery.", M + ".")]
    [InlineData("c\r\n  or\nrect-horse-battery.", "c\r\n  or\n" + M + ".")]
    [InlineData("\"c\\norrect-horse-battery\"", "\"c\\n" + M + "\"")]
    public void Where_a_line_breaks_behind_three_letters_of_a_value_these_stay(string text, string expected)
    {
        _redactor.Register("any", "field", Plant("correct-horse-battery"));

        Assert.Equal(expected, _redactor.Redact(text));
        Assert.Equal(expected, Streamed(_redactor, Encoding.UTF8.GetBytes(text), _ => 1));
    }

    [Theory]
    [InlineData("{\"password\":\"correct-horse\"}", "app@host's password: ")]
    [InlineData("{\"username\":\"app\",\"password\":\"correct-horse\"}", "enter username: ")]
    [InlineData("{\n  \"password\": \"correct-horse\"\n}", "function foo() {\n")]
    [InlineData("postgres://app:correct-horse@db:5432/orders", "connecting to postgres\n")]
    [InlineData("https://hooks.example.com/services/T01/B02/correct-horse", "see https://\n")]
    [InlineData("Server=db.example.com;Uid=app;Pwd=correct-horse", "Server=db.e\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----", "x -----BEGIN\n")]
    public void Nobody_waits_for_a_word_with_which_a_document_or_a_URL_begins(string value, string text)
    {
        _redactor.Register("any", "field", Plant(value));
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);

        stream.Write(Encoding.UTF8.GetBytes(text), output);
        var held = stream.Held;
        stream.Complete(output);

        Assert.Equal((text, 0), (Encoding.UTF8.GetString(output.WrittenSpan), held));
    }

    [Fact]
    public void A_URL_that_is_secret_as_a_whole_is_hidden_from_its_public_part_on_at_every_cut()
    {
        const string value = "https://hooks.example.com/services/T01/B02/correct-horse";
        _redactor.Register("any", "field", Plant(value));
        var bytes = Encoding.UTF8.GetBytes($"see {value} now");

        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var first = cut;
            var streamed = Streamed(_redactor, bytes, n => n == 0 ? first : bytes.Length);
            Assert.Matches(@"^see \S{0,15}\[REDACTED:rekey\] now$", streamed);
        }
    }

    [Theory]
    [InlineData("-----BEGIN TEST OUTPUT-----\nok 1\nok 2\n")]
    [InlineData("grep '-----BEGIN ' file\nok 1\n")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nthis is none (it is prose)\n")]
    [InlineData("\r 10% user=app\r 20% user=app\r 30% ")]
    public void What_cannot_become_a_pattern_any_more_is_not_awaited(string text)
    {
        _redactor.Register("any", "field", Plant("correct-horse-battery"));
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);

        stream.Write(Encoding.UTF8.GetBytes(text), output);

        Assert.Equal(text, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("correct-horse-battery", "Server=db;User ID=app;Password=\"", "abcdefgh")]
    [InlineData("correct-horse-battery", " ghp_", "abcdefgh")]
    [InlineData("correct-horse-battery", "password=", "abcdefgh")]
    [InlineData("aaaaaaaa", "", "a")]
    [InlineData("--------", "", "----------------------------------\n")]
    [InlineData("hunter2-xyz-h", "", "hunter2-xyz-")]
    [InlineData("Tr0ub4dor3xTr0ub4dor3xQQ", "", "Tr0ub4dor3xTr0ub4dor")]
    public void Nothing_is_held_without_end(string value, string beginning, string repeated)
    {
        _redactor.Register("any", "field", Plant(value));
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);
        var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(repeated, 1000)));
        stream.Write(Encoding.UTF8.GetBytes(beginning), output);

        for (var i = 0; i < 30; i++)
        {
            stream.Write(piece, output);
            Assert.InRange(stream.Held, 0, (16 * 1024) + piece.Length);
        }
        stream.Write("\nand then a line\n"u8, output);

        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.EndsWith("\nand then a line\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(repeated.Trim('\n'), text[..text.LastIndexOf("\nand", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_value_of_many_lines_is_awaited_whole_although_some_of_its_lines_are_known()
    {
        var value = string.Join('\n', Enumerable.Range(0, 2400).Select(static i => i % 10 == 0 ? $"a-longer-line-{i:x6}-of-it" : $"line{i:x5}"));
        _redactor.Register("any", "field", new Secret(value));

        var streamed = Streamed(_redactor, Encoding.UTF8.GetBytes($"<{value}>"), _ => 1000);

        Assert.Equal($"<{M}>", streamed);
    }

    [Theory]
    [InlineData("1234", "a 1234\u00e9 b")]
    [InlineData("1234", "a 1234\u4e2d b, 1234\ud83d\ude00 c")]
    [InlineData("q#Zt9!kLm@2Wx", "err: \e[1;31mq%23Zt9%21kLm%402Wx\e[0m")]
    [InlineData("correct-horse-battery", "key-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n")]
    [InlineData("correct-horse-battery", "Password= S3cr3tpw;\nUser ID=app;\n")]
    [InlineData("hunter2-hunter2", "it is hunter2-hunter2, hunter2-hunter2-hunter2")]
    [InlineData("Xk29fjQ-PlqzT7-wR5-mNbv83sLd", "Xk29\n                                                                                fjQ-PlqzT7-wR5-mNbv83sLd")]
    [InlineData("Xk29fjQ-PlqzT7-wR5-mNbv83sLd", "Xk\n                                                                                29fjQ-PlqzT7-wR5-mNbv83sLd")]
    public void No_cut_changes_what_stands_around_a_value(string value, string text) => AssertSameForEveryCut(value, text);

    [Fact]
    public void A_value_with_an_early_line_of_its_own_is_hidden_whole() =>
        AssertSameForEveryCut("ab\ncd\nefghijkl", "say ab\ncd\nefghijkl here, and ab\\ncd\\nefghijkl there");

    [Theory]
    [InlineData("the password is hunter2-", "the password is " + M)]
    [InlineData("the password is hunter2-\n", "the password is " + M + "\n")]
    [InlineData("the password is hunter2", "the password is hunter2")]
    [InlineData("in base64 aHVudGVyMi1odW50", "in base64 " + M)]
    public void The_end_of_a_stream_releases_no_telling_beginning(string text, string expected)
    {
        _redactor.Register("any", "field", Plant("hunter2-hunter2"));

        Assert.Equal(expected, Streamed(_redactor, Encoding.UTF8.GetBytes(text), _ => 3));
    }

    [Fact]
    public void The_end_of_a_stream_hides_a_whole_value_and_nothing_around_it()
    {
        _redactor.Register("any", "password", Plant("hunter2-hunter2"));
        _redactor.Register("any", "content", new Secret("{\n  \"password\": \"hunter2-hunter2\"\n}"));

        Assert.Equal($"one {M} | {M}\n", Streamed(_redactor, "one hunter2-hunter2 | hunter2-hunter2\n"u8.ToArray(), _ => 5));
    }

    [Fact]
    public void A_value_that_becomes_known_in_the_middle_of_a_stream_is_hidden_from_then_on()
    {
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);
        stream.Write("one hunter2-hunter2 "u8, output);

        _redactor.Register("any", "field", new Secret("hunter2-hunter2"));
        stream.Write("two hunter2-hun"u8, output);
        stream.Write("ter2 three"u8, output);
        stream.Complete(output);

        Assert.Equal($"one hunter2-hunter2 two {M} three", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void What_is_held_is_no_longer_than_what_it_may_become()
    {
        _redactor.Register("any", "field", Plant("hunter2-hunter2"));
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(_redactor);
        var most = 0;

        foreach (var part in Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a long line of text without an end, hunter2-hunt and hun and more of it ", 4000))).Chunk(37))
        {
            stream.Write(part, output);
            most = Math.Max(most, stream.Held);
        }

        Assert.InRange(most, 1, 64);
    }

    private void AssertSameForEveryCut(string value, string text)
    {
        _redactor.Register("any", "field", value.Length >= 8 ? Plant(value) : new Secret(value));
        var bytes = Encoding.UTF8.GetBytes(text);
        var expected = Streamed(_redactor, bytes, _ => bytes.Length);

        Assert.Equal(expected, _redactor.Redact(text));
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                var (one, two) = (first, second - first);
                Assert.Equal(expected, Streamed(_redactor, bytes, n => n switch { 0 => one, 1 => two, _ => bytes.Length }));
            }
        }
        Assert.Equal(expected, Streamed(_redactor, bytes, _ => 1));
    }

    private static string Streamed(SecretRedactor redactor, byte[] bytes, Func<int, int> lengthOf)
    {
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamRedactor(redactor);
        for (int at = 0, n = 0; at < bytes.Length; n++)
        {
            var length = Math.Min(lengthOf(n), bytes.Length - at);
            stream.Write(bytes.AsSpan(at, length), output);
            at += length;
        }
        stream.Complete(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
