using System.Text.Json;
using Rekey.Mcp.Arguments;
using Rekey.Testing;

namespace Rekey.Mcp.Tests.Arguments;

public sealed class ArgumentTests : LeakCheckedTest
{
    private static readonly TextParameter Table = new("table", "The table.") { IsRequired = true };
    private static readonly TextParameter Schema = new("schema", "The schema.");
    private static readonly IntegerParameter Limit = new("limit", "How many.", 1, 100) { Default = 10 };
    private static readonly ChoiceParameter Database = new("database", "Which one.", ["orders", "reports"]);
    private static readonly ParameterList List = new(Table, Schema, Limit, Database);

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var arguments = List.Read(Given("""{"table":"t"}"""));

        Assert.Equal("t", arguments.Get(Table));
        Assert.Null(arguments.Get(Schema));
        Assert.Equal(10, arguments.Get(Limit));
    }

    [Fact]
    public void Null_stands_for_left_out() => Assert.Equal(10, List.Read(Given("""{"table":"t","limit":null,"schema":null}""")).Get(Limit));

    [Theory]
    [InlineData("1", 1), InlineData("100", 100), InlineData("7.0", 7), InlineData("1e1", 10)]
    public void A_whole_number_is_read_however_it_is_written(string number, int read) =>
        Assert.Equal(read, List.Read(Given($$"""{"table":"t","limit":{{number}}}""")).Get(Limit));

    [Theory]
    [InlineData("""{}""", "'table' is missing")]
    [InlineData("""{"table":null}""", "'table' is missing")]
    [InlineData("""{"table":""}""", "'table' must not be empty")]
    [InlineData("""{"table":"  "}""", "'table' must not be empty")]
    [InlineData("""{"table":7}""", "'table' must be a string")]
    [InlineData("""{"table":["t"]}""", "'table' must be a string")]
    [InlineData("""{"table":"t","limit":"7"}""", "'limit' must be an integer")]
    [InlineData("""{"table":"t","limit":7.5}""", "'limit' must be an integer")]
    [InlineData("""{"table":"t","limit":0}""", "'limit' must be between 1 and 100")]
    [InlineData("""{"table":"t","limit":1e300}""", "'limit' must be between 1 and 100")]
    [InlineData("""{"table":"t","limit":1e999}""", "'limit' must be")]
    [InlineData("""{"table":"t","database":"payroll"}""", "'database' must be one of orders, reports")]
    [InlineData("""{"table":"t","database":true}""", "'database' must be a string")]
    [InlineData("""{"table":"t","limits":7}""", "'limits' is unknown; did you mean 'limit'?")]
    [InlineData("""{"table":"t","Schema":"s"}""", "'Schema' is unknown; did you mean 'schema'?")]
    [InlineData("""{"table":"t","zebra":7}""", "'zebra' is unknown.")]
    public void A_mistake_names_its_argument(string given, string problem)
    {
        var error = Refused(given);

        Assert.Equal("INVALID_ARGUMENT", error.Code);
        Assert.False(error.Retryable);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var message = Refused("""{"limit":"x","database":"y","colour":1}""").Message;

        Assert.Contains("'table'", message);
        Assert.Contains("'limit'", message);
        Assert.Contains("'database'", message);
        Assert.Contains("'colour'", message);
    }

    [Fact]
    public void A_value_is_never_repeated()
    {
        var secret = Plant("swordfish-1234").Reveal();

        Observe(Refused($$"""{"table":["{{secret}}"],"limit":"{{secret}}","database":"{{secret}}","x":"{{secret}}"}""").Message);
    }

    [Fact]
    public void A_text_has_a_longest_length() => Assert.Contains("at most 256", Refused($$"""{"table":"{{new string('x', 257)}}"}""").Message);

    [Fact]
    public void The_name_of_an_unknown_argument_is_shown_short_and_in_print()
    {
        var message = Refused(JsonSerializer.Serialize(new Dictionary<string, object> { ["table"] = "t", ["\u001b[31m" + new string('y', 500)] = 1 })).Message;

        Assert.DoesNotContain('\u001b', message);
        Assert.InRange(message.Length, 1, 120);
    }

    [Fact]
    public void Thousands_of_unknown_arguments_make_a_short_error() =>
        Assert.InRange(Refused(JsonSerializer.Serialize(Enumerable.Range(0, 5000).ToDictionary(static i => $"argument{i}", static i => i))).Message.Length, 1, 1000);

    [Theory]
    [InlineData("""{"table":"[REDACTED:rekey]"}""", "table")]
    [InlineData("""{"table":"where password = '[REDACTED:rekey]'"}""", "table")]
    [InlineData("""{"table":"t","limit":["[REDACTED:rekey]"]}""", "limit")]
    [InlineData("""{"table":"t","zebra":{"a":[{"b":"x [REDACTED:rekey] y"}]}}""", "zebra")]
    [InlineData("""{"table":"t","zebra":{"[REDACTED:rekey]":1}}""", "zebra")]
    public void The_redaction_marker_does_not_come_back_in(string given, string argument)
    {
        var error = Refused(given);

        Assert.Equal("REDACTED_ARGUMENT", error.Code);
        Assert.Contains($"'{argument}'", error.Message);
    }

    [Fact]
    public void What_is_checked_is_what_is_announced()
    {
        const string Announced = """
            {
              "type": "object",
              "properties": {
                "table": { "type": "string", "minLength": 1, "maxLength": 256, "description": "The table." },
                "schema": { "type": "string", "minLength": 1, "maxLength": 256, "description": "The schema." },
                "limit": { "type": "integer", "minimum": 1, "maximum": 100, "default": 10, "description": "How many." },
                "database": { "type": "string", "enum": ["orders", "reports"], "description": "Which one." }
              },
              "required": ["table"],
              "additionalProperties": false
            }
            """;

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Announced), List.ToSchema()));
    }

    private static CredentialError Refused(string given) => Assert.Throws<CredentialException>(() => List.Read(Given(given))).Error;

    private static Dictionary<string, JsonElement> Given(string json) =>
        JsonElement.Parse(json).EnumerateObject().ToDictionary(static p => p.Name, static p => p.Value);
}
