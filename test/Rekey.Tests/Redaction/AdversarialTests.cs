using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

/// <summary>Writings that somebody chose to get a value out, or a tool chose without thinking; and those that are not promised.</summary>
public sealed class AdversarialTests : LeakCheckedTest
{
    private const string M = Secret.Marker;
    private const string Value = "Tr0ub4dor-3x7Kq9";
    private const string Special = "p@ss/w+rd\"'x<1>&é-andSomeMore7";
    private const string Lines = "first line of the secret\nsecond line of the secret\nthird line of the secret";

    private readonly SecretRedactor _redactor = new();

    public static TheoryData<string, string> Writings => new()
    {
        { "escaped with digits of mixed case", @"p\u0040ss\u002Fw\u002brd\u0022\u0027x\u003C1\u003e\u0026\u00E9-andSomeMore7" },
        { "escaped for HTML in JSON", @"p@ss/w+rd\""'x\u003c1\u003e\u0026\u00e9-andSomeMore7" },
        { "escaped as JavaScript does", @"p\x40ss\/w+rd\""\'x\x3c1\x3e\x26é-andSomeMore7" },
        { "in octal", @"p\100ss/w+rd\042\047x\0741\076\046\303\251-andSomeMore7" },
        { "in a URL in mixed case", "p%40ss%2fw%2Brd%22%27x%3c1%3E%26%c3%A9-andSomeMore7" },
        { "in a URL twice", "p%2540ss%252Fw%252Brd%2522%2527x%253C1%253E%2526%25C3%25A9-andSomeMore7" },
        { "in a form", "p%40ss%2Fw%2Brd%22%27x%3C1%3E%26%C3%A9-andSomeMore7" },
        { "in HTML by names", "p@ss/w+rd&quot;&apos;x&lt;1&gt;&amp;é-andSomeMore7" },
        { "in HTML by numbers", "p&#64;ss&#x2F;w&#43;rd&#34;&#39;x&#60;1&#62;&#38;&#233;-andSomeMore7" },
        { "in the quotes of a shell", @"p@ss/w+rd""'\''x<1>&é-andSomeMore7" },
        { "in the quotes of a small shell", "p@ss/w+rd\"'\"'\"'x<1>&é-andSomeMore7" },
        { "with backslashes for a shell", @"p@ss/w+rd\""\'x\<1\>\&é-andSomeMore7" },
        { "with carets for cmd", "p@ss/w+rd^\"'x^<1^>^&é-andSomeMore7" },
        { "with backticks for PowerShell", "p@ss/w+rd`\"'x<1>&é-andSomeMore7" },
        { "with doubled quotes", "p@ss/w+rd\"\"''x<1>&é-andSomeMore7" },
        { "in another normal form", "p@ss/w+rd\"'x<1>&e\u0301-andSomeMore7" },
        { "in a message in a message in a message", Inside(Inside(Inside(Special))) },
    };

    [Theory]
    [MemberData(nameof(Writings))]
    public void A_value_of_special_characters_is_hidden(string how, string written)
    {
        Register(Special);

        Assert.Equal($"<~{M}~> {how}", Observe(_redactor.Redact($"<~{written}~> {how}")));
    }

    public static TheoryData<string, string> BytesOf => new()
    {
        { "base64 in base64", Base64(Base64(Value)) },
        { "base64 in base64 with a name before it", Base64("password: " + Base64(Value) + "\n") },
        { "base64 without padding, for URLs", Base64(Value).TrimEnd('=').Replace('+', '-').Replace('/', '_') },
        { "base64 in a URL", Uri.EscapeDataString(Base64(Value)) },
        { "base64 in JSON", JsonSerializer.Serialize(Base64(Value + "\n"))[1..^1] },
        { "a claim of a JWT", Base64($$"""{"sub":"1","pw":"{{Value}}"}""").TrimEnd('=').Replace('+', '-').Replace('/', '_') },
        { "hex", Convert.ToHexString(Encoding.UTF8.GetBytes(Value)) },
        { "hex with dashes", BitConverter.ToString(Encoding.UTF8.GetBytes(Value)) },
        { "hex with colons", BitConverter.ToString(Encoding.UTF8.GetBytes(Value)).Replace('-', ':').ToLowerInvariant() },
        { "hex with spaces", BitConverter.ToString(Encoding.UTF8.GetBytes(Value)).Replace('-', ' ') },
        { "a list of numbers", string.Join(", ", Encoding.UTF8.GetBytes(Value)) },
        { "a list of numbers without spaces", string.Join(',', Encoding.UTF8.GetBytes(Value)) },
    };

    [Theory]
    [MemberData(nameof(BytesOf))]
    public void The_bytes_of_a_value_are_hidden(string how, string written)
    {
        Register(Value);

        var text = Observe(_redactor.Redact($"<{written}> {how}"));

        Assert.Contains(M, text, StringComparison.Ordinal);
        Assert.DoesNotContain(written[8..^8], text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, "\n")]
    [InlineData(76, "\r\n")]
    [InlineData(64, "\\n")]
    [InlineData(76, "\\r\\n")]
    public void Base64_that_is_wrapped_is_hidden_wherever_the_line_breaks(int width, string lineBreak)
    {
        var value = new string([.. Enumerable.Range(0, 60).Select(static i => (char)('a' + (i * 7 % 26)))]);
        Register(value);

        for (var before = 0; before < 120; before++)
        {
            var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('-', before) + value + " and so on"));
            var wrapped = string.Join(lineBreak, base64.Chunk(width).Select(static line => new string(line)));

            Assert.Contains(M, _redactor.Redact(wrapped), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_wide_output_of_another_system_is_hidden_in_either_byte_order()
    {
        Register(Value);

        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            var findings = _redactor.Find(encoding.GetBytes($"the password is {Value}, they say"));
            Assert.True(findings.Any);
        }
    }

    [Theory]
    [InlineData("first line of the secret\r\nsecond line of the secret\r\nthird line of the secret")]
    [InlineData("first line of the secret second line of the secret third line of the secret")]
    [InlineData("  first line of the secret\n    second line of the secret\n    third line of the secret")]
    [InlineData("first line of the secret\\nsecond line of the secret\\nthird line of the secret")]
    [InlineData("> first line of the secret\n> second line of the secret\n> third line of the secret")]
    [InlineData("third line of the secret, second line of the secret, first line of the secret")]
    [InlineData("2026-11-21 first line of the secret\n2026-11-21 second line of the secret\n2026-11-21 third line of the secret")]
    public void A_value_of_several_lines_is_hidden_however_they_are_laid_out(string text)
    {
        Register(Lines);

        Assert.DoesNotContain("line of the secret", Observe(_redactor.Redact(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("colours", "the value is Tr0ub4do\e[31mr-3x7Kq9\e[0m here")]
    [InlineData("a terminal of eighty columns", "the value is Tr0ub4dor-3x\r\n7Kq9 here")]
    [InlineData("quotes of a shell in the middle", "the value is Tr0ub4dor-\"3x7Kq9\" here")]
    public void What_is_put_into_a_value_does_not_save_it(string what, string text)
    {
        Register("Tr0ub4dor-3x7Kq9");

        Assert.Contains(M, Observe(_redactor.Redact(text)), StringComparison.Ordinal);
        Assert.NotEmpty(what);
    }

    [Theory]
    [InlineData("Abcd1234")]
    [InlineData("Cafe2024")]
    [InlineData("DeadBeef-2024")]
    [InlineData("0aF3-B2c9-Dd01-Ee77-aB44")]
    [InlineData("abCD1234abCD1234abCD1234")]
    public void A_value_of_hex_digits_is_hidden_in_upper_in_lower_and_in_its_own_case(string value)
    {
        Register(value);

        Assert.Equal($"{M}, {M}, {M}.", _redactor.Redact($"{value}, {value.ToUpperInvariant()}, {value.ToLowerInvariant()}."));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 61)]
    [InlineData(1, 64)]
    [InlineData(1, 200)]
    [InlineData(4, 66)] // the last backslash and the r behind it look like an escape
    public void A_run_of_backslashes_in_a_value_does_not_save_it(int first, int count)
    {
        const string value = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY";
        Register(value);

        for (var at = first; at < value.Length; at++)
            Assert.Equal($"<{M}>", _redactor.Redact($"<{value[..at]}{new string('\\', count)}{value[at..]}>"));
    }

    [Theory]
    [InlineData("wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKE", M)] // one character short
    [InlineData("wJalrXUtnFEMI-K7MDENG-bPxRfiCYE...", M + "...")]
    [InlineData("wJalrXUtnFEMI-K7MDEN… (40)", M + "… (40)")]
    [InlineData("****EKEY", "****EKEY")] // the last four say which one it is, and are no use otherwise
    [InlineData("wJalrXUtnFEMI", "wJalrXUtnFEMI")] // less than half
    public void A_value_that_is_cut_short_is_hidden_while_most_of_it_is_left(string text, string expected)
    {
        Register("wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY");

        Assert.Equal($"key: {expected}", _redactor.Redact($"key: {text}"));
    }

    [Fact]
    public void The_public_part_of_a_url_or_a_document_is_no_part_of_a_secret()
    {
        Register("postgres://reporting:hunter2-hunter2@warehouse.internal.example:5432/orders");
        Register("""{"host":"warehouse.internal.example","port":5432,"dbname":"orders","password":"hunter2-hunter2"}""");
        const string text = "warehouse.internal.example:5432/orders is up: {\"host\":\"warehouse.internal.example\",\"port\":5432,\"dbname\":\"orders\"}";

        Assert.Same(text, _redactor.Redact(text));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("Username")]
    [InlineData("postgres")]
    [InlineData("localhost")]
    [InlineData("undefined")]
    public void An_ordinary_word_is_refused_with_a_warning_by_name(string word)
    {
        _redactor.Register("orders", "password", new Secret(word));
        var text = $"the {word} in every sentence";

        Assert.Same(text, _redactor.Redact(text));
        Assert.Equal("orders#password: an ordinary word, it cannot be hidden", Assert.Single(_redactor.Warnings));
    }

    [Fact]
    public void A_value_of_a_megabyte_is_hidden()
    {
        var value = new Random(5).Text("abcdefghijklmnopqrstuvwxyz0123456789", 1 << 20, 1 << 20);
        _redactor.Register("any", "field", new Secret(value));

        Assert.Equal($"<{M}>", _redactor.Redact($"<{value}>"));
    }

    [Fact]
    public void A_message_whose_writer_escapes_every_letter_is_read_as_JSON()
    {
        Register(Value);
        var escaped = string.Concat(Value.Select(static c => $"\\u{(int)c:x4}"));
        var output = new System.Buffers.ArrayBufferWriter<byte>();

        var isSwept = JsonRpcSweep.TrySweep(_redactor, Encoding.UTF8.GetBytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"text\":\"it is " + escaped + "\"}}"), output);

        Assert.True(isSwept);
        Assert.Equal("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"text\":\"it is " + M + "\"}}", Observe(Encoding.UTF8.GetString(output.WrittenSpan)));
    }

    [Fact]
    public void A_message_with_needless_escapes_and_no_secret_passes_as_it_is()
    {
        Register(Value);
        var message = Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"result":{"text":"\u0061\u0062c \u0022d\u0022"}}""");

        Assert.False(JsonRpcSweep.TrySweep(_redactor, message, new System.Buffers.ArrayBufferWriter<byte>()));
    }

    /// <summary>docs/redaction.md says so: whoever relies on it must know.</summary>
    [Fact]
    public void What_is_not_promised_is_not_found()
    {
        _redactor.Register("any", "field", new Secret(Value));
        foreach (var text in (string[])
        [
            Compressed(Value),
            new string([.. Value.Reverse()]),
            string.Join(' ', Value.Select(static c => $"\\x{(int)c:x2}").Chunk(4).Select(static four => string.Concat(four) + " |")),
            string.Join('\u200B', Value.AsEnumerable()),
            string.Concat(Value.Select(static c => c is >= 'a' and <= 'z' ? (char)(c + 0xFEE0) : c)),
            Value.ToUpperInvariant(),
            $"{Value[..7]}\"}}, {{\"text\":\"{Value[7..]}",
        ])
        {
            Assert.Same(text, _redactor.Redact(text));
        }
    }

    private static string Inside(string text) => JsonSerializer.Serialize(text)[1..^1];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Compressed(string text)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return Convert.ToBase64String(memory.ToArray());
    }

    private void Register(string value) => _redactor.Register("any", "field", Plant(value));
}
