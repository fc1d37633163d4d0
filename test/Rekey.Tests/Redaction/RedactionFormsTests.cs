using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rekey.Redaction;
using Rekey.Redaction.Matching;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

/// <summary>Real encoders write the values here, not the forms that the redactor itself knows.</summary>
public sealed class RedactionFormsTests : LeakCheckedTest
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?#[]{}<>|\\^`\"% éßЖ中\u00A0\n\t";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, Func<string, string> Encode)[] Encoders =
    [
        ("nothing", static s => s),
        ("System.Text.Json", Json),
        ("System.Text.Json, lower hex", static s => LowerUnicode(Json(s))),
        ("System.Text.Json, lower hex, twice", static s => Json(LowerUnicode(Json(s)))),
        ("System.Text.Json relaxed", static s => Inside(JsonSerializer.Serialize(s, Relaxed))),
        ("JavaScript", JavaScript),
        ("JavaScript with \\/", static s => JavaScript(s).Replace("/", "\\/")),
        ("Python", static s => Python(JavaScript(s))),
        ("PHP", static s => Python(JavaScript(s)).Replace("/", "\\/")),
        ("JSON that escapes every sign", static s => Unicode(s, static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))),
        ("JSON that escapes what means something", static s => Unicode(s, static c => c is < ' ' or > '~' || "\"\\/<>&'+".Contains(c))),
        ("System.Text.Json twice", static s => Json(Json(s))),
        ("System.Text.Json three times", static s => Json(Json(Json(s)))),
        ("relaxed twice", static s => Inside(JsonSerializer.Serialize(Inside(JsonSerializer.Serialize(s, Relaxed)), Relaxed))),
        ("JavaScript twice", static s => JavaScript(JavaScript(s))),
        ("JavaScript in System.Text.Json", static s => Json(JavaScript(s))),
        ("JavaScript in System.Text.Json twice", static s => Json(Json(JavaScript(s)))),
        ("Python in System.Text.Json", static s => Json(Python(JavaScript(s)))),
        ("URL data", Uri.EscapeDataString),
        ("URL data, lower hex", static s => LowerPercent(Uri.EscapeDataString(s))),
        ("URL data twice", static s => Uri.EscapeDataString(Uri.EscapeDataString(s))),
        ("form", WebUtility.UrlEncode),
        ("form in System.Text.Json", static s => Json(WebUtility.UrlEncode(s))),
        ("form, lower hex", static s => LowerPercent(WebUtility.UrlEncode(s))),
        ("markup", WebUtility.HtmlEncode),
        ("markup in System.Text.Json", static s => Json(WebUtility.HtmlEncode(s))),
        ("connection string quotes", static s => s.Replace("\"", "\"\"")),
        ("connection string apostrophes", static s => s.Replace("'", "''")),
        ("connection string braces", static s => s.Replace("}", "}}")),
        ("hex upper", static s => Convert.ToHexString(Encoding.UTF8.GetBytes(s))),
        ("hex lower", static s => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(s))),
    ];

    public static TheoryData<string> Names => [.. Encoders.Select(static e => e.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_value_gets_out_in_this_encoding(string encoder)
    {
        var encode = Encoders.Single(e => e.Name == encoder).Encode;
        Property.Holds(60, random =>
        {
            var redactor = new SecretRedactor();
            var values = Enumerable.Range(0, 4).Select(_ => RandomValue(random)).ToArray();
            foreach (var value in values)
                redactor.Register("any", "field", Plant(value));
            var shown = values[random.Next(values.Length)];

            var output = Observe(redactor.Redact($"<~{encode(shown)}~>"));

            Assert.Equal($"<~{Secret.Marker}~>", output);
        });
    }

    [Fact]
    public void Base64_is_hidden_wherever_the_value_begins_in_it() => Property.Holds(300, random =>
    {
        var redactor = new SecretRedactor();
        var value = RandomValue(random);
        redactor.Register("any", "field", Plant(value));
        byte[] before = new byte[random.Next(6)], after = new byte[random.Next(6)];
        random.NextBytes(before);
        random.NextBytes(after);
        var bytes = Encoding.UTF8.GetBytes(value);
        var standard = Convert.ToBase64String([.. before, .. bytes, .. after]);
        var url = standard.Replace('+', '-').Replace('/', '_').TrimEnd('=');

        foreach (var text in (string[])[standard, url, Json(standard), Uri.EscapeDataString(standard), standard.Replace("/", "\\/")])
        {
            var kept = Observe(redactor.Redact(text)).Split(Secret.Marker);

            Assert.Equal(2, kept.Length);
            // What a character shares with a neighbour cannot be known; everything else has to go.
            Assert.InRange(Plainly(kept[0]).Length, 0, ((before.Length * 8) + 5) / 6);
            Assert.InRange(Plainly(kept[1]).TrimEnd('=').Length, 0, (((after.Length * 8) + 5) / 6) + 1);
        }
    });

    [Fact]
    public void Text_without_a_value_is_never_touched() => Property.Holds(200, random =>
    {
        var redactor = new SecretRedactor();
        for (var i = 0; i < 10; i++)
            redactor.Register("any", "field", new Secret(random.Text("ghijklmnopqrstuvwxyz", 8, 40)));

        var clean = random.Text("abcdef0123456789 \"\\{}:,", 0, 2000);

        Assert.Same(clean, redactor.Redact(clean));
    });

    [Fact]
    public void The_index_finds_exactly_what_a_plain_search_finds() => Property.Holds(1500, random =>
    {
        var forms = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Encoding.ASCII.GetBytes(random.Text("ab", 8, 20))).ToArray();
        var index = forms.Aggregate(new AnchorIndex(), static (i, form) => i.Add(new KnownValue(form, isOpaque: false)));
        var text = Encoding.ASCII.GetBytes(random.Text(random.Next(2) == 0 ? "ab" : "abc", 0, 400));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var findings = new Findings(text);

        index.Find(ref findings);
        findings.WriteTo(output);

        Assert.Equal(PlainSearch(text, forms), Encoding.ASCII.GetString(output.WrittenSpan));
    });

    [Fact]
    public void The_work_beyond_the_scan_stays_in_proportion_to_the_text()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 300).Select(_ => "ghp_AAAAAAAAAAAAAAAA" + random.Text("abcdefghijklmnop0123456789", 20, 20)).ToArray();
        var redactor = new SecretRedactor();
        foreach (var value in values)
            redactor.Register("any", "field", Plant(value));

        foreach (var text in (string[])["ghp_AAAAAAAAAAAAAAAA", values[0][..39], values[7], values[3][20..]])
        {
            var flood = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, 400_000 / text.Length)));

            Assert.InRange(redactor.Find(flood).Work, 0, 64L * flood.Length);
        }
    }

    [Fact]
    public void A_million_repetitions_become_one_marker()
    {
        var redactor = new SecretRedactor();
        redactor.Register("any", "field", Plant("abcd1234"));

        Assert.Equal(Secret.Marker, redactor.Redact(string.Concat(Enumerable.Repeat("abcd1234", 1_000_000))));
    }

    private static string RandomValue(Random random) =>
        "k" + random.Text(random.Next(3) == 0 ? "abcdefghijklmnopqrstuvwxyz0123456789" : Alphabet, 8, 40) + "Z";

    private static string PlainSearch(byte[] text, byte[][] forms)
    {
        var hidden = new bool[text.Length];
        foreach (var form in forms)
        {
            for (var at = 0; at + form.Length <= text.Length; at++)
            {
                if (text.AsSpan(at, form.Length).SequenceEqual(form))
                    hidden.AsSpan(at, form.Length).Fill(true);
            }
        }
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (!hidden[at])
                result.Append((char)text[at]);
            else if (at == 0 || !hidden[at - 1])
                result.Append(Secret.Marker);
        }
        return result.ToString();
    }

    /// <summary>Undoes the escapes around base64, so that its characters can be counted.</summary>
    private static string Plainly(string base64) => Uri.UnescapeDataString(base64.Replace("\\u002B", "+").Replace("\\/", "/"));

    private static string Json(string text) => Inside(JsonSerializer.Serialize(text));

    private static string Inside(string json) => json[1..^1];

    private static string JavaScript(string text) =>
        text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\t", "\\t");

    private static string Python(string json) =>
        string.Concat(json.Select(static c => char.IsAscii(c) ? c.ToString() : $"\\u{(int)c:x4}"));

    private static string LowerUnicode(string json) =>
        Regex.Replace(json, @"\\(?:u([0-9A-F]{4})|.)", static m => m.Groups[1].Success ? m.Value.ToLowerInvariant() : m.Value);

    private static string LowerPercent(string url)
    {
        var lower = url.ToCharArray();
        for (var at = 0; at < url.Length; at++)
        {
            if (url[at] != '%')
                continue;
            lower[at + 1] = char.ToLowerInvariant(lower[at + 1]);
            lower[at + 2] = char.ToLowerInvariant(lower[at + 2]);
        }
        return new string(lower);
    }

    private static string Unicode(string text, Func<char, bool> isEscaped) =>
        string.Concat(text.Select(c => isEscaped(c) ? $"\\u{(int)c:x4}" : c.ToString()));

    [Theory]
    [InlineData("kj^;b>v%E9_yRI1T<-{wBo%be+Z", "kj^;b\\u003ev%E9_yRI1T\\u003c-{wBo%be\\u002bZ")]
    [InlineData("kH%^>YZF%9E%D4R3)!#XS{CQ+{EeW", "kH%^\\\\u003EYZF%9E%D4R3)!#XS{CQ\\\\u002B{EeW")]
    [InlineData("\\%oX2ZP\\x6$|0OTxP6I<B&tQGdO+", "\\u005c%oX2ZP\\u005cx6$|0OTxP6I\\u003cB\\u0026tQGdO\\u002b")]
    [InlineData("Dn;Arq8y4n~8!\\K!AZ$yl39,zE?'++'", "Dn;Arq8y4n~8!\\K!AZ$yl39,zE?&apos;++&apos;")]
    [InlineData("a&lt;b\"c%41-d", "a&amp;lt;b&quot;c%41-d")]
    public void A_value_that_looks_like_an_escape_of_another_kind_is_hidden(string value, string written)
    {
        var redactor = new SecretRedactor();
        redactor.Register("any", "field", new Secret(value));

        Assert.Equal($"<~{Secret.Marker}~>", redactor.Redact($"<~{written}~>"));
    }

    [Theory]
    [InlineData("ab/cd/ef/gh", "ab\\u002fcd\\u002fef\\u002fgh")]
    [InlineData("ab/cd/ef/gh", "ab\\u002Fcd\\u002Fef\\u002Fgh")]
    [InlineData("a(b)c(d)e(f)", "a\\u0028b)c\\u0028d)e\\u0028f)")]
    [InlineData("a\\b-c\\d-e\\f", "a\\u005cb-c\\u005cd-e\\u005cf")]
    [InlineData("ab\ncd\nef\ngh", "ab\\u000acd\\u000aef\\u000agh")]
    public void Each_writer_of_JSON_escapes_signs_of_its_own_choice(string value, string written)
    {
        var redactor = new SecretRedactor();
        redactor.Register("any", "field", new Secret(value));

        Assert.Equal($"<~{Secret.Marker}~>", redactor.Redact($"<~{written}~>"));
    }
}
