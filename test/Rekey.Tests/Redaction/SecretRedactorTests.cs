using System.Buffers;
using System.Text;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

public sealed class SecretRedactorTests : LeakCheckedTest
{
    private const string M = Secret.Marker;

    private readonly SecretRedactor _redactor = new();

    [Theory]
    [InlineData("abcd1234", M)]
    [InlineData("abcd1234 at the start", M + " at the start")]
    [InlineData("at the end abcd1234", "at the end " + M)]
    [InlineData("inside xabcd1234x words", "inside x" + M + "x words")]
    [InlineData("twice abcd1234 abcd1234", "twice " + M + " " + M)]
    public void A_value_is_hidden_wherever_it_stands(string text, string expected)
    {
        Register("abcd1234");

        Assert.Equal(expected, Observe(_redactor.Redact(text)));
    }

    [Fact]
    public void A_value_is_found_at_every_offset_of_every_length_of_text()
    {
        Register("q1w2e3r4");

        for (var before = 0; before < 40; before++)
        {
            for (var after = 0; after < 20; after++)
                Assert.Equal(new string('-', before) + M + new string('-', after), _redactor.Redact(new string('-', before) + "q1w2e3r4" + new string('-', after)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcd123")]
    [InlineData("bcd1234 and other text")]
    [InlineData("abcd-1234")]
    public void Clean_text_comes_back_as_the_same_instance(string text)
    {
        Register("abcd1234");

        Assert.Same(text, _redactor.Redact(text));
    }

    [Fact]
    public void Clean_bytes_write_nothing()
    {
        Register("abcd1234");
        var output = new ArrayBufferWriter<byte>();

        Assert.False(_redactor.TryRedact("nothing to hide"u8, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Bytes_that_are_no_text_pass_unchanged_around_a_value()
    {
        Register("abcd1234");
        var output = new ArrayBufferWriter<byte>();

        Assert.True(_redactor.TryRedact([0xFF, 0xC3, .. "abcd1234"u8, 0x80, 0x00], output));
        Assert.Equal([0xFF, 0xC3, .. Encoding.UTF8.GetBytes(M), 0x80, 0x00], output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("abc12345", "abc12345678", "<abc12345678>")]
    [InlineData("45678901", "abc1245678901", "<abc1245678901>")]
    [InlineData("22223333", "11112222333344", "<11112222333344>")]
    [InlineData("abcdefgh", "efghijkl", "<abcdefghijkl>")]
    [InlineData("aaaabbbb", "bbbbaaaa", "<aaaabbbbbbbbaaaa>")]
    public void Values_that_overlap_or_touch_become_one_marker(string first, string second, string text)
    {
        Register(first);
        Register(second);

        Assert.Equal($"<{M}>", Observe(_redactor.Redact(text)));
    }

    [Theory]
    [InlineData("aaaaaaaab", "aaaaaaaaaab", "aa" + M)]
    [InlineData("ababababc", "abababababc", "ab" + M)]
    [InlineData("xxy-secret", "xxxy-secret", "x" + M)]
    public void A_value_that_repeats_itself_is_found_at_its_last_start(string value, string text, string expected)
    {
        Register(value);

        Assert.Equal(expected, Observe(_redactor.Redact(text)));
    }

    [Theory]
    [InlineData("REDACTED")]
    [InlineData("ED:rekey")]
    [InlineData("[REDACTED:rekey]")]
    [InlineData("TED:rekey]")]
    public void A_value_that_is_part_of_the_marker_does_not_loop(string value)
    {
        Register(value);
        Register("abcd1234");

        var once = _redactor.Redact("abcd1234 and " + M);

        Assert.Equal($"{M} and {M}", once);
        Assert.Same(once, _redactor.Redact(once));
    }

    [Fact]
    public void A_part_of_the_marker_is_hidden_outside_of_it()
    {
        Register("REDACTED");

        Assert.Equal($"{M} {M}", _redactor.Redact($"REDACTED {M}"));
    }

    [Fact]
    public void A_value_that_begins_or_ends_inside_a_marker_takes_all_of_it_along()
    {
        Register("rekey]-tail");
        Register("head-[RED");

        Assert.Equal($"<{M}> <{M}>", _redactor.Redact($"<{M}-tail> <head-{M}>"));
    }

    [Fact]
    public void Hiding_one_value_that_completes_another_hides_both()
    {
        Register("abcd1234");
        Register($"ab{M}cd");

        Assert.Equal($"<{M}>", _redactor.Redact("<ababcd1234cd>"));
    }

    [Fact]
    public void A_text_that_never_settles_is_hidden_whole()
    {
        Register("abcd1234");
        Register($"x{M}");

        Assert.Equal($"kept {M}", _redactor.Redact("kept xxxxabcd1234"));
        Assert.Equal(M, _redactor.Redact("not kept " + new string('x', 100) + "abcd1234"));
    }

    [Fact]
    public void Redacting_twice_changes_nothing_more() => Property.Holds(300, random =>
    {
        var redactor = new SecretRedactor();
        for (var i = 0; i < 5; i++)
            redactor.Register("any", "field", new Secret(random.Text("ab[]RED:", 8, 12)));

        var once = redactor.Redact(random.Text("ab[]RED:", 0, 300));

        Assert.Same(once, redactor.Redact(once));
    });

    [Fact]
    public void Every_earlier_version_stays_hidden()
    {
        foreach (var version in (string[])["version-one", "version-two", "version-three", "version-four"])
            _redactor.Register("orders", "password", Plant(version));

        Assert.Equal($"{M} {M} {M} {M}", Observe(_redactor.Redact("version-one version-two version-three version-four")));
    }

    [Fact]
    public void One_value_under_two_names_is_hidden_once()
    {
        _redactor.Register("orders", "password", Plant("shared-value"));
        _redactor.Register("reports", "password", Plant("shared-value"));

        Assert.Equal($"<{M}>", Observe(_redactor.Redact("<shared-value>")));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("abc")]
    [InlineData("pin4567")]
    [InlineData("a\"b")]
    public void A_short_value_is_hidden_only_where_it_stands_alone(string value)
    {
        Register(value);

        Assert.Equal($"pin={M};", _redactor.Redact($"pin={value};"));
        Assert.Equal(M, _redactor.Redact(value));
        foreach (var longer in (string[])[$"x{value}", $"{value}x", $"_{value}", $"{value}9", $"é{value}", $"{value}é"])
            Assert.Same(longer, _redactor.Redact(longer));
        Assert.Equal(["any#field: too short to be hidden inside longer text"], _redactor.Warnings);
    }

    [Fact]
    public void A_short_value_that_touches_a_long_one_shares_its_marker()
    {
        Register("abcdefg!");
        Register("pin4567");

        Assert.Equal($"{M} {M}", _redactor.Redact("abcdefg!pin4567 abcdefg!"));
    }

    [Theory]
    [InlineData("line\\npin4567\\nline")]
    [InlineData("a=1%26pin4567%26b")]
    [InlineData("a=\\u0022pin4567\\u0022")]
    public void A_short_value_stands_alone_beside_an_escape_too(string text)
    {
        Register("pin4567");

        Assert.Equal(text.Replace("pin4567", M), _redactor.Redact(text));
    }

    [Theory]
    [InlineData("", "any#field: empty, there is nothing to hide")]
    [InlineData(" \t\r\n ", "any#field: empty, there is nothing to hide")]
    [InlineData("true", "any#field: a literal that every message has, it cannot be hidden")]
    [InlineData("False", "any#field: a literal that every message has, it cannot be hidden")]
    [InlineData("null", "any#field: a literal that every message has, it cannot be hidden")]
    [InlineData(M, "any#field: the redaction marker itself, not a secret")]
    public void What_cannot_be_hidden_is_refused_with_a_warning_by_name(string value, string warning)
    {
        Register(value);
        Register(value);
        const string text = "true false null and some    white space \t\r\n ";

        Assert.Equal([warning], _redactor.Warnings);
        Assert.Same(text, _redactor.Redact(text));
    }

    [Fact]
    public void White_space_and_quotes_around_a_value_are_not_part_of_it()
    {
        Register("  \"abcd1234efgh\" \n");

        Assert.Equal($"<{M}>", Observe(_redactor.Redact("<abcd1234efgh>")));
    }

    [Fact]
    public void A_key_is_hidden_whole_and_line_by_line()
    {
        var lines = Enumerable.Range(0, 40).Select(static i => Convert.ToBase64String(Encoding.UTF8.GetBytes($"line {i:D2} of a private key, 48 by"))).ToArray();
        var key = $"-----BEGIN PRIVATE KEY-----\n{string.Join('\n', lines)}\n-----END PRIVATE KEY-----\n";
        Register(key);

        Assert.Equal($"{M}\n", Observe(_redactor.Redact(key)));
        foreach (var line in lines)
            Assert.Equal($"  > {M}\r", Observe(_redactor.Redact($"  > {line}\r")));
        Assert.DoesNotContain(lines, line => Observe(_redactor.Redact(key.Replace("\n", "\r\n"))).Contains(line));
        Assert.Equal("-----BEGIN PRIVATE KEY-----", _redactor.Redact("-----BEGIN PRIVATE KEY-----"));
    }

    [Fact]
    public void The_lines_of_a_json_document_are_not_secrets_of_their_own()
    {
        Register("{\n  \"host\": \"db.internal.example\",\n  \"password\": \"hunter2-hunter2\"\n}");

        const string line = "  \"host\": \"db.internal.example\",";
        Assert.Same(line, _redactor.Redact(line));
    }

    [Theory]
    [InlineData("postgres://app:hunter2-hunter2@db:5432/orders", "hunter2-hunter2")]
    [InlineData("rediss://:hunter2-hunter2@cache:6379", "hunter2-hunter2")]
    [InlineData("MONGODB+SRV://app:hunter2-hunter2@cluster/?w=1", "hunter2-hunter2")]
    [InlineData("postgres://app:p%40ss%2Fword1@db/orders", "p@ss/word1")]
    [InlineData("postgres://app:p@ss:word#1@db/orders", "p@ss:word#1")]
    [InlineData("postgres://app:p/ss?word1@db/orders", "p/ss?word1")]
    public void The_password_in_a_url_is_a_secret_of_its_own(string url, string password)
    {
        Register(url);
        Plant(password);

        Assert.Equal($"<{M}>", Observe(_redactor.Redact($"<{url}>")));
        Assert.Equal($"password={M};", Observe(_redactor.Redact($"password={password};")));
        Assert.Equal("app db orders", _redactor.Redact("app db orders"));
    }

    [Theory]
    [InlineData("postgres://db:5432/orders")]
    [InlineData("postgres://app@db:5432/orders")]
    [InlineData("postgres://app:@db/orders")]
    public void A_url_without_password_has_no_part_to_hide(string url)
    {
        Register(url);

        Assert.Same("app db 5432 orders", _redactor.Redact("app db 5432 orders"));
        Assert.Empty(_redactor.Warnings);
    }

    [Fact]
    public void A_basic_authorization_header_keeps_its_scheme_and_user()
    {
        Register("correct horse battery");
        var header = "Authorization: Basic " + Convert.ToBase64String("app:correct horse battery"u8);

        Assert.Matches(@"^Authorization: Basic YXBw.{1,3}\[REDACTED:rekey\].{0,3}$", Observe(_redactor.Redact(header)));
    }

    [Theory]
    [InlineData("0af3-9c4e-77d1", "0AF3-9C4E-77D1")]
    [InlineData("0AF39C4E77D1", "0af39c4e77d1")]
    public void Hex_values_are_hidden_in_either_case(string value, string shown)
    {
        Register(value);

        Assert.Equal(M, _redactor.Redact(shown));
    }

    [Theory]
    [InlineData(M)]
    [InlineData("prefix " + M + " suffix")]
    [InlineData("[redacted:REKEY]")]
    [InlineData("REDACTED:rekey")]
    [InlineData("%5BREDACTED%3Arekey%5D")]
    [InlineData("W1JFREFDVEVEOnJla2V5XQ==")]
    public void The_inward_door_knows_the_marker(string text) => Assert.True(SecretRedactor.CarriesMarker(text));

    [Theory]
    [InlineData("")]
    [InlineData("REDACTED")]
    [InlineData("rekey")]
    public void The_inward_door_lets_everything_else_in(string text) => Assert.False(SecretRedactor.CarriesMarker(text));

    [Fact]
    public void A_very_long_value_is_hidden()
    {
        var value = new Random(7).Text("abcdefghijklmnopqrstuvwxyz0123456789", 10_000, 10_000);
        Register(value);

        Assert.Equal($"<{M}>", _redactor.Redact($"<{value}>"));
        Assert.Equal($"<{M}>", _redactor.Redact($"<{Convert.ToHexString(Encoding.UTF8.GetBytes(value))}>"));
    }

    [Fact]
    public void A_thousand_values_with_one_beginning_are_all_hidden_and_nothing_else_is()
    {
        var random = new Random(11);
        var values = Enumerable.Range(0, 1000).Select(_ => "acme-live-AyJhbGciOiJIUz" + random.Text("abcdefghijklmnop0123456789", 28, 28)).ToArray();
        foreach (var value in values)
            Register(value);

        Assert.All(values, value => Assert.Equal($"<{M}>", _redactor.Redact($"<{value}>")));
        var beginnings = string.Concat(Enumerable.Repeat("acme-live-AyJhbGciOiJIUz ", 1000));
        Assert.Same(beginnings, _redactor.Redact(beginnings));
    }

    private void Register(string value)
    {
        // A short value, or a part of the marker, may well be seen outside.
        if (value.Length >= 8 && !M.Contains(value.Trim(), StringComparison.OrdinalIgnoreCase))
            Plant(value);
        _redactor.Register("any", "field", new Secret(value));
    }
}
