using System.Text.Json;
using Rekey.Mcp.Results;
using Rekey.Redaction;

namespace Rekey.Mcp.Tests.Databases;

public sealed class CellTests : DatabaseTest
{
    [Theory]
    [InlineData("null::int", "null")]
    [InlineData("true", "true")]
    [InlineData("42::smallint", "42")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9007199254740993", "\"9007199254740993\"")]
    [InlineData("-9223372036854775808", "\"-9223372036854775808\"")]
    [InlineData("12.50::numeric", "12.50")]
    [InlineData("1.000000000000000000000::numeric", "1.000000000000000000000")]
    [InlineData("1234567890.1234567890::numeric", "\"1234567890.1234567890\"")]
    [InlineData("1e40::numeric", "\"[cast numeric to text to read it]\"")]
    [InlineData("'NaN'::numeric", "\"[cast numeric to text to read it]\"")]
    [InlineData("0.1::float8", "0.1")]
    [InlineData("1e300::float8", "1E+300")]
    [InlineData("'NaN'::float8", "\"NaN\"")]
    [InlineData("'-Infinity'::float4", "\"-Infinity\"")]
    [InlineData("'ünï ☃'::text", "\"ünï ☃\"")]
    [InlineData("'a'::\"char\"", "\"a\"")]
    [InlineData("'\\x0102ff'::bytea", "\"AQL/\"")]
    [InlineData("'2026-02-03'::date", "\"2026-02-03\"")]
    [InlineData("'2026-02-03 04:05:06.789'::timestamp", "\"2026-02-03T04:05:06.789\"")]
    [InlineData("'2026-02-03 04:05:06+02'::timestamptz", "\"2026-02-03T02:05:06Z\"")]
    [InlineData("'04:05:06'::time", "\"04:05:06\"")]
    [InlineData("'1 day 02:00'::interval", "\"1.02:00:00\"")]
    [InlineData("'6f9619ff-8b86-d011-b42d-00c04fc964ff'::uuid", "\"6f9619ff-8b86-d011-b42d-00c04fc964ff\"")]
    [InlineData("'{\"a\": [1, null]}'::jsonb", "{\"a\":[1,null]}")]
    [InlineData("'{ \"b\" : 2 }'::json", "{\"b\":2}")]
    [InlineData("array[1, 2, null]", "[1,2,null]")]
    [InlineData("array[['a', 'b'], ['c', 'd']]", "[[\"a\",\"b\"],[\"c\",\"d\"]]")]
    [InlineData("B'1010'", "\"1010\"")]
    [InlineData("'127.0.0.1'::inet", "\"127.0.0.1\"")]
    [InlineData("'1 month'::interval", "\"[cast interval to text to read it]\"")]
    public async Task Every_type_of_postgres_reads_as_exact_json(string expression, string json)
    {
        await AddPostgresAsync("select 1");
        var session = await ServeAsync();

        // The column behind proves that an unreadable one does not disturb its neighbours.
        var row = (await SelectAsync(session, $"select 'before' as x, {expression} as v, 'behind' as y")).GetProperty("rows")[0];

        Assert.Equal(json, Compact(row.GetProperty("v")));
        Assert.Equal("before", row.GetProperty("x").GetString());
        Assert.Equal("behind", row.GetProperty("y").GetString());
    }

    [Theory]
    [InlineData("null", "null")]
    [InlineData("42", "42")]
    [InlineData("9007199254740993", "\"9007199254740993\"")]
    [InlineData("1.5", "1.5")]
    [InlineData("9e999", "\"Infinity\"")]
    [InlineData("'text'", "\"text\"")]
    [InlineData("x'0102ff'", "\"AQL/\"")]
    public async Task Every_type_of_sqlite_reads_as_exact_json(string expression, string json)
    {
        await AddSqliteAsync("create table t (a)");
        var session = await ServeAsync();

        Assert.Equal(json, Compact((await SelectAsync(session, $"select {expression} as v")).GetProperty("rows")[0].GetProperty("v")));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Columns_of_one_name_are_told_apart(string engine)
    {
        await AddAsync(engine, "create table t (a int); insert into t values (1)");
        var session = await ServeAsync();

        var row = (await SelectAsync(session, "select t.a, u.a, t.a as \"a_2\" from t cross join t u")).GetProperty("rows")[0];

        Assert.Equal(["a", "a_2", "a_2_2"], row.EnumerateObject().Select(static p => p.Name));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_long_cell_is_cut_and_says_so(string engine)
    {
        await AddAsync(engine, "create table t (a text)");
        var session = await ServeAsync();
        var repeat = engine == "sqlite" ? "replace(hex(zeroblob(5000)), '00', '☃')" : "repeat('☃', 5000)";
        var bytes = engine == "sqlite" ? "zeroblob(9000)" : "decode(repeat('00', 9000), 'hex')";

        var row = (await SelectAsync(session, $"select {repeat} as text, {bytes} as bytes")).GetProperty("rows")[0];

        Assert.Equal(new string('☃', 4096) + "… [cut at 4096 characters]", row.GetProperty("text").GetString());
        Assert.Equal(new string('A', 4096) + "… [cut at 4096 characters]", row.GetProperty("bytes").GetString());
    }

    [Fact]
    public async Task A_long_array_is_cut_and_says_so()
    {
        await AddPostgresAsync("select 1");
        var session = await ServeAsync();

        var cell = (await SelectAsync(session, "select array(select generate_series(1, 5000)) as v")).GetProperty("rows")[0].GetProperty("v");

        Assert.Equal(1001, cell.GetArrayLength());
        Assert.Equal("… [cut at 1000 elements]", cell[1000].GetString());
    }

    [Fact]
    public void No_secret_is_cut_in_two()
    {
        var redactor = new SecretRedactor();
        var secret = Plant("correct-horse-battery-staple-0123456789").Reveal();
        redactor.Register("test", "password", new Secret(secret));
        var limit = new TextLimit(100, redactor);

        for (var at = 0; at < 300; at++)
        {
            // Also where many secrets before it move the rest far forward.
            foreach (var before in new[] { "", string.Concat(Enumerable.Repeat(secret, 2)) })
            {
                var shown = Observe(limit.Cut(before + new string('.', at) + secret + new string('.', 400)));
                for (var head = 8; head < secret.Length; head++)
                    Assert.DoesNotContain(secret[..head], shown);
            }
        }
    }

    [Fact]
    public void No_character_is_cut_in_two()
    {
        var limit = new TextLimit(101, new SecretRedactor());

        Assert.DoesNotContain('\uFFFD', limit.Cut(string.Concat(Enumerable.Repeat("😀", 300))).EnumerateRunes().Select(static r => (char)r.Value));
    }

    private static string Compact(JsonElement value) =>
        value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? JsonSerializer.Serialize(value)
            : value.ValueKind is JsonValueKind.String ? $"\"{value.GetString()}\"" : value.GetRawText();
}
