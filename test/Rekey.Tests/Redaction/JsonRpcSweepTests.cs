using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

public sealed class JsonRpcSweepTests : LeakCheckedTest
{
    private const string M = Secret.Marker;

    private readonly SecretRedactor _redactor = new();

    [Fact]
    public void A_clean_message_writes_nothing()
    {
        Register("hunter2-hunter2");
        var output = new ArrayBufferWriter<byte>();

        Assert.False(JsonRpcSweep.TrySweep(_redactor, """{"jsonrpc":"2.0","id":1,"result":{}}"""u8, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Only_the_tokens_with_a_secret_change()
    {
        Register("hunter2-hunter2");

        Assert.Equal(
            """{"jsonrpc": "2.0", "id":1, "result":{"n":1.50,"é":"\u00e9\/","text":"pw=[REDACTED:rekey];"} }""",
            Swept("""{"jsonrpc": "2.0", "id":1, "result":{"n":1.50,"é":"\u00e9\/","text":"pw=hunter2-hunter2;"} }"""));
    }

    [Fact]
    public void A_property_name_is_redacted_and_stays_unique()
    {
        Register("hunter2-hunter2");

        var result = Result("""{"hunter2-hunter2":1,"x-hunter2-hunter2":2,"hunter2-hunter2 ":3}""");

        Assert.Equal([M, $"x-{M} 2", $"{M}  3"], result.AsObject().Select(static p => p.Key));
    }

    [Theory]
    [InlineData("12345678", "12345678")]
    [InlineData("12345678", "-12345678.5")]
    [InlineData("12345678", "9912345678")]
    [InlineData("4711", "4711")]
    public void A_number_with_a_secret_becomes_the_marker(string secret, string number)
    {
        Register(secret);

        Assert.Equal(M, (string?)Result($"[{number}]")[0]);
    }

    [Fact]
    public void A_short_number_inside_a_longer_one_stays()
    {
        Register("4711");

        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":[47110,"[REDACTED:rekey]",[14711]]}""", Swept("""{"jsonrpc":"2.0","id":1,"result":[47110,4711,[14711]]}"""));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":"hunter2-hunter2","result":{}}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":12345678,"result":{}}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"nextCursor":"hunter2-hunter2"}}""", "7")]
    [InlineData("""{"jsonrpc":"2.0","result":{"nextCursor":"aHVudGVyMi1odW50ZXIy"},"id":"seven"}""", "\"seven\"")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"a":[{"requestState":{"deep":["hunter2-hunter2"]}}]}}""", "7")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"requestState":{"hunter2-hunter2":1}}}""", "7")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"hunter2-hunter2"}}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{"cursor":12345678}}""", "null")]
    [InlineData("""[{"jsonrpc":"2.0","id":"hunter2-hunter2","result":{}}]""", "null")]
    public void A_secret_in_what_travels_back_withholds_the_message(string message, string id)
    {
        Register("hunter2-hunter2");
        Register("12345678");

        AssertError("REDACTION_REFUSED", id, Swept(message));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"cursor":"ok","text":"hunter2-hunter2"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"requestState":{"a":{"b":1}},"text":"hunter2-hunter2"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":[{"nextCursor":"ok"},"hunter2-hunter2"]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{"rows":[{"id":"hunter2-hunter2"}]}}""")]
    public void A_secret_beside_what_travels_back_is_redacted(string message)
    {
        Register("hunter2-hunter2");

        Assert.Equal(message.Replace("hunter2-hunter2", M), Swept(message));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("7")]
    [InlineData("result")]
    [InlineData("jsonrpc")]
    public void A_short_secret_does_not_break_the_envelope(string secret)
    {
        Register(secret);

        Assert.Equal(
            $$$"""{"jsonrpc":"2.0","id":7,"result":{"a":"{{{M}}}","nextCursor":7}}""",
            Swept($$$"""{"jsonrpc":"2.0","id":7,"result":{"a":"{{{secret}}}","nextCursor":7}}"""));
    }

    [Theory]
    [InlineData("nabc12345", "line\nabc12345")]
    [InlineData("u00E9abcd", "x éabcd")]
    [InlineData("ab\"cd\\ef'gh", "x ab\"cd\\ef'gh y")]
    [InlineData("abc\",\"def", "x abc\",\"def y")]
    [InlineData("}],[{\"a\":", "x }],[{\"a\": y")]
    [InlineData("pass+word&<>", "pass+word&<>")]
    [InlineData("pässwörd-中文", "pässwörd-中文")]
    [InlineData("key\U0001F600\U0001F600\U0001F600", "key\U0001F600\U0001F600\U0001F600")]
    public void The_message_stays_json_whatever_the_value_is_made_of(string secret, string text)
    {
        Register(secret);

        foreach (var content in (JsonNode[])[text, new JsonObject { [text] = text }, new JsonArray(text, new JsonObject { ["a"] = text }.ToJsonString())])
        {
            var output = Swept($$"""{"jsonrpc":"2.0","id":1,"result":{{content.ToJsonString()}}}""");
            using var json = JsonDocument.Parse(output);
            Assert.DoesNotContain(secret, output);
            Assert.Equal(1, json.RootElement.GetProperty("id").GetInt32());
        }
    }

    [Fact]
    public void A_string_that_holds_a_secret_only_as_it_is_written_is_hidden_whole()
    {
        Register("nabc12345");

        Assert.Equal(
            $$"""{"jsonrpc":"2.0","id":1,"result":["{{M}}","other"]}""",
            Swept("""{"jsonrpc":"2.0","id":1,"result":["line\nabc12345","other"]}"""));
    }

    [Fact]
    public void A_secret_across_tokens_that_would_change_the_id_withholds_the_message()
    {
        _redactor.Register("any", "field", new Secret("a\",\"x\":\"b"));

        AssertError("REDACTION_REFUSED", "\"a\"", Swept("""{"jsonrpc":"2.0","id":"a","x":"b","result":1}"""));
    }

    [Fact]
    public void A_secret_across_tokens_goes_when_the_rest_is_the_same_message_still()
    {
        Register("abc\",\"def");

        Assert.Equal($$"""{"jsonrpc":"2.0","id":1,"result":["{{M}}"]}""", Swept("""{"jsonrpc":"2.0","id":1,"result":["abc","def"]}"""));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"a":"bc","d":1}}""", ":\"bc\",\"d")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"cursor":"x","a":["abc","def"]}}""", "abc\",\"def")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"x"}""", "\"id\":1,\"result")]
    public void A_secret_across_tokens_withholds_the_message_when_it_holds_it_together(string message, string secret)
    {
        _redactor.Register("any", "field", new Secret(secret));

        AssertError("REDACTION_REFUSED", "1", Swept(message));
    }

    [Fact]
    public void Json_inside_text_stays_json_several_levels_deep()
    {
        Register("hunter2-hunter2");
        JsonNode content = new JsonObject { ["password"] = "hunter2-hunter2", ["n"] = 1 };
        for (var level = 0; level < 4; level++)
            content = new JsonObject { ["text"] = content.ToJsonString() };

        var result = Result(content.ToJsonString());

        for (var level = 0; level < 4; level++)
            result = JsonNode.Parse((string)result["text"]!)!;
        Assert.Equal(M, (string?)result["password"]);
        Assert.Equal(1, (int?)result["n"]);
    }

    [Theory]
    [InlineData("{\"password\":\"hunter2-hunter2\"")]
    [InlineData("[hunter2-hunter2]")]
    [InlineData("{\"a\":\"\\ud800\",\"b\":\"hunter2-hunter2\"}")]
    public void Text_that_only_looks_like_json_is_redacted_as_text(string text)
    {
        Register("hunter2-hunter2");

        var result = Result(JsonSerializer.Serialize(text));

        Assert.Equal(text.Replace("hunter2-hunter2", M), (string?)result);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":"hunter2-hunter2""", "7")]
    [InlineData("""{"jsonrpc":"2.0","result":"hunter2-hunter2"!"id":7}""", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":{"a":1},"result":"hunter2-hunter2",}""", "null")]
    [InlineData("Unhandled exception: hunter2-hunter2", "null")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":"\ud800 hunter2-hunter2"}""", "7")]
    public void A_message_that_cannot_be_redacted_does_not_leave(string message, string id)
    {
        Register("hunter2-hunter2");

        AssertError("REDACTION_FAILED", id, Swept(message));
    }

    [Fact]
    public void A_failing_redactor_lets_nothing_out()
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.True(JsonRpcSweep.TrySweep(null!, """{"jsonrpc":"2.0","id":7,"result":"anything"}"""u8, output));
        AssertError("REDACTION_FAILED", "null", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_message_nested_beyond_reason_does_not_leave()
    {
        Register("hunter2-hunter2");

        AssertError("REDACTION_FAILED", "7", Swept($$"""{"jsonrpc":"2.0","id":7,"result":{{new string('[', 600)}}"hunter2-hunter2"{{new string(']', 600)}}}"""));
    }

    [Fact]
    public void Any_message_with_any_secret_stays_the_same_message_without_it() => Property.Holds(200, random =>
    {
        var redactor = new SecretRedactor();
        var secrets = Enumerable.Range(0, 3).Select(_ => "k" + random.Text("ab01\"\\+&/é\n,:{}[] ", 8, 14) + "Z").ToArray();
        foreach (var secret in secrets)
            redactor.Register("any", "field", Plant(secret));
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = random.Next(1000), ["result"] = RandomNode(random, secrets, depth: 0) };
        var output = new ArrayBufferWriter<byte>();

        var text = message.ToJsonString();
        var swept = JsonRpcSweep.TrySweep(redactor, Encoding.UTF8.GetBytes(text), output) ? Observe(Encoding.UTF8.GetString(output.WrittenSpan)) : text;

        using var json = JsonDocument.Parse(swept);
        Assert.Equal((int)message["id"]!, json.RootElement.GetProperty("id").GetInt32());
        Assert.All(Strings(json.RootElement), s => Assert.DoesNotContain(secrets, s.Contains));
        Assert.Equal(Shape(JsonDocument.Parse(text).RootElement), Shape(json.RootElement));
    });

    private static JsonNode RandomNode(Random random, string[] secrets, int depth) => random.Next(depth > 3 ? 3 : 6) switch
    {
        0 => random.Text("abc \"\\é", 0, 12),
        1 => random.Text("abc", 0, 3) + secrets[random.Next(secrets.Length)] + random.Text("\n\"x", 0, 3),
        2 => random.Next(),
        3 => RandomNode(random, secrets, depth + 1).ToJsonString(),
        4 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomNode(random, secrets, depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i =>
            KeyValuePair.Create<string, JsonNode?>(random.Next(4) == 0 ? $"{i}{secrets[0]}" : $"p{i}", RandomNode(random, secrets, depth + 1)))),
    };

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static p => Strings(p.Value).Append(p.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(static e => Strings(e)),
        _ => [],
    };

    private static string Shape(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', element.EnumerateObject().Select(static p => Shape(p.Value)))}}}",
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(static e => Shape(e)))}]",
        JsonValueKind.String => "s",
        _ => element.GetRawText(),
    };

    private static void AssertError(string code, string id, string output)
    {
        using var json = JsonDocument.Parse(output);
        var error = json.RootElement.GetProperty("error");
        Assert.Equal(id, json.RootElement.GetProperty("id").GetRawText());
        Assert.Equal(-32603, error.GetProperty("code").GetInt32());
        Assert.StartsWith($"[{code}] ", error.GetProperty("message").GetString());
        Assert.Equal(code, error.GetProperty("data").GetProperty("code").GetString());
        Assert.False(json.RootElement.TryGetProperty("result", out _));
    }

    private JsonNode Result(string result) => JsonNode.Parse(Swept($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}"""))!["result"]!;

    private string Swept(string message)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.True(JsonRpcSweep.TrySweep(_redactor, Encoding.UTF8.GetBytes(message), output));
        return Observe(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private void Register(string value) =>
        _redactor.Register("any", "field", value.Length < SecretRedactor.ShortestAnywhere ? new Secret(value) : Plant(value));
}
