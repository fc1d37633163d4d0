using System.Text;

namespace Rekey.Cli.Tests.Commands;

/// <summary>What <c>rekey redact</c> takes for secrets, and when it refuses to pass anything.</summary>
public sealed class RedactTests : CommandTest
{
    [Fact]
    public async Task What_a_reference_names_is_hidden_and_nothing_else_is_touched()
    {
        Environment["TOKEN"] = Plant("token-of-twenty-letters").Reveal();

        var outcome = await PassAsync("before token-of-twenty-letters after", "--env", "github=env://TOKEN");

        Assert.Equal((0, $"before {Secret.Marker} after", ""), (outcome.Code, outcome.Output, outcome.Error));
    }

    [Fact]
    public async Task Several_references_are_hidden_together()
    {
        Environment["ONE"] = Plant("first-secret-of-two").Reveal();
        Environment["TWO"] = Plant("second-secret-of-two").Reveal();

        var outcome = await PassAsync("first-secret-of-two, second-secret-of-two.\n", "--env", "one=env://ONE", "--env=two=env://TWO");

        Assert.Equal($"{Secret.Marker}, {Secret.Marker}.\n", outcome.Output);
    }

    [Fact]
    public async Task Every_field_of_a_document_is_hidden_but_plain_addresses_and_so_is_the_whole_text()
    {
        var document = $$"""{ "host": "db.internal", "password": "{{Plant("password-of-orders").Reveal()}}", "nested": { "key": "{{Plant("nested-key-of-orders").Reveal()}}" } }""";
        var path = Folder.File("orders.json", document);

        Assert.Equal(
            $"db.internal {Secret.Marker} {Secret.Marker}.",
            (await PassAsync("db.internal password-of-orders nested-key-of-orders.", "--env", $"orders=file://{path}")).Output);
        Assert.Equal(Secret.Marker, (await PassAsync(document, "--env", $"orders=file://{path}")).Output);
    }

    [Fact]
    public async Task One_field_alone_is_hidden_whatever_it_is()
    {
        var path = Folder.File("orders.json", $$"""{ "host": "{{Plant("db.internal").Reveal()}}", "note": "left-as-it-is" }""");

        Assert.Equal($"{Secret.Marker} left-as-it-is", (await PassAsync("db.internal left-as-it-is", "--env", $"orders=file://{path}#host")).Output);
    }

    [Fact]
    public async Task Without_a_reference_the_credentials_of_the_configuration_are_hidden_and_nobody_logs_in_with_them()
    {
        Environment["DATABASE_URL"] = $"postgres://me:{Plant("password-of-nobody").Reveal()}@127.0.0.1:1/x";

        var outcome = await PassAsync("password-of-nobody at 127.0.0.1", []);

        Assert.Equal((0, $"{Secret.Marker} at 127.0.0.1", ""), (outcome.Code, outcome.Output, outcome.Error));
    }

    [Fact]
    public async Task With_a_reference_the_configuration_is_read_only_where_it_is_named()
    {
        Environment["TOKEN"] = Plant("token-of-twenty-letters").Reveal();
        Environment["OTHER"] = "other-value-of-twenty";
        var path = Configure(""" "other": { "kind": "value", "from": "env://OTHER" } """);
        Environment["REKEY_CONFIG"] = path;
        const string Text = "token-of-twenty-letters other-value-of-twenty";

        Assert.Equal($"{Secret.Marker} other-value-of-twenty", (await PassAsync(Text, "--env", "github=env://TOKEN")).Output);
        Assert.Equal($"{Secret.Marker} {Secret.Marker}", (await PassAsync(Text, "--env", "github=env://TOKEN", "--config", path)).Output);
    }

    [Fact]
    public async Task A_relative_file_starts_from_the_folder_of_the_configuration_that_is_named()
    {
        Folder.File("token", Plant("token-beside-a-file").Reveal());

        Assert.Equal(Secret.Marker, (await PassAsync("token-beside-a-file", "--env", "t=file://./token", "--config", Configure(""))).Output);
        Assert.Contains("--env.t: A relative path starts from the folder of the configuration", (await PassAsync("x", "--env", "t=file://./token")).Error);
    }

    [Fact]
    public async Task One_secret_that_cannot_be_fetched_lets_nothing_pass_and_all_of_them_are_named()
    {
        Environment["TOKEN"] = Plant("token-of-twenty-letters").Reveal();

        var outcome = await PassAsync("harmless", "--env", "github=env://TOKEN", "--env", "gitlab=env://NOT_SET_ANYWHERE", "--env", "key=file:///not/there");

        Assert.Equal((3, ""), (outcome.Code, outcome.Output));
        Assert.Contains("rekey: nothing was passed, because 2 secret(s) could not be fetched:\n", outcome.Error.ReplaceLineEndings("\n"));
        Assert.Contains("  gitlab: [ENVIRONMENT_VARIABLE_MISSING] The environment variable NOT_SET_ANYWHERE is not set. Set NOT_SET_ANYWHERE", outcome.Error);
        Assert.Contains("  key: [SOURCE_UNAVAILABLE] file:///not/there", outcome.Error);
    }

    [Fact]
    public async Task A_field_that_is_not_there_is_2_and_an_optional_credential_counts_too()
    {
        var path = Folder.File("orders.json", "{ }");

        Assert.Equal((2, ""), Ended(await PassAsync("harmless", "--env", $"orders=file://{path}#password")));
        Assert.Equal((3, ""), Ended(await PassAsync("harmless", "--config", Configure(""" "github": { "kind": "value", "from": "env://NONE", "required": false } """))));
    }

    [Theory]
    [InlineData("--env.github: It is no reference", "github=misplaced-secret-value")]
    [InlineData("--env: NAME=REFERENCE is needed", "misplaced-secret-value")]
    [InlineData("--env: NAME=REFERENCE is needed", "bWlzcGxhY2VkLXNlY3JldA==")]
    [InlineData("--env: A name cannot be used", "_github=env://TOKEN")]
    [InlineData("--env: A name cannot be used", "=env://TOKEN")]
    [InlineData("--env.github: The name is taken", "github=env://TOKEN", "github=env://OTHER")]
    [InlineData("--env.github.from: There is no credential 'gitlab'", "github=credential://gitlab")]
    [InlineData("--env.github.from: It stands on itself", "github=credential://github")]
    [InlineData("--env.github: The format is unknown", "github=file:///run/x?format=xml")]
    public async Task What_is_no_reference_is_refused_and_never_repeated(string problem, params string[] written)
    {
        Plant("misplaced-secret-value");
        Plant("bWlzcGxhY2VkLXNlY3JldA==");

        var outcome = await PassAsync("harmless", [.. written.SelectMany(static one => new[] { "--env", one })]);

        Assert.Equal((1, ""), Ended(outcome));
        Assert.StartsWith("rekey: the configuration cannot be used. the command line:\n", outcome.Error.ReplaceLineEndings("\n"));
        Assert.Contains($"  {problem}", outcome.Error);
    }

    [Fact]
    public async Task A_name_of_the_configuration_is_taken()
    {
        Environment["TOKEN"] = "token-of-twenty-letters";
        var path = Configure(""" "github": { "kind": "value", "from": "env://TOKEN" } """);

        Assert.Contains("--env.github: The name is taken", (await PassAsync("x", "--config", path, "--env", "github=env://TOKEN")).Error);
    }

    [Fact]
    public async Task What_cannot_be_hidden_well_is_told_by_its_name()
    {
        Environment["PIN"] = "1234";

        var outcome = await PassAsync("12345 1234", "--env", "pin=env://PIN");

        Assert.Equal((0, $"12345 {Secret.Marker}"), Ended(outcome));
        Assert.Contains("warning pin#content: too short", outcome.Error);
    }

    [Fact]
    public async Task Where_nothing_is_configured_only_what_looks_like_a_secret_is_hidden_and_that_is_told()
    {
        var outcome = await PassAsync("password=correct-horse-battery\n", []);

        Assert.Equal((0, $"password={Secret.Marker}\n"), Ended(outcome));
        Assert.Contains("warning No secret is known", outcome.Error);
    }

    private static (int Code, string Output) Ended(Outcome outcome) => (outcome.Code, outcome.Output);

    private Task<Outcome> PassAsync(string text, params string[] args)
    {
        Input = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return RunAsync(["redact", .. args]);
    }
}
