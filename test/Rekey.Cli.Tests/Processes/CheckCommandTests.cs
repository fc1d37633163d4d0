using System.Text.Json;

namespace Rekey.Cli.Tests.Processes;

/// <summary>What <c>rekey check</c> tells a script.</summary>
public sealed class CheckCommandTests
{
    [Fact]
    public async Task It_is_ready_when_every_credential_works()
    {
        using var home = new UserHome();
        home.Configure(Paint($"file://{home.Write("url", $"sqlite:{home.Database("paint.db", "blue")}")}"));

        var end = await RunAsync(home, "check", "--json");

        Assert.Equal(ExitCode.Ready, end.ExitCode);
        Assert.Equal(JsonValueKind.Object, JsonElement.Parse(end.Output).ValueKind);
    }

    [Fact]
    public async Task It_says_configuration_when_the_file_is_wrong()
    {
        using var home = new UserHome();
        home.Configure("""{ "credentails": {} }""");

        var end = await RunAsync(home, "check");

        Assert.Equal(ExitCode.Configuration, end.ExitCode);
        Assert.Contains("credentials", end.Errors);
    }

    [Fact]
    public async Task It_says_refused_when_a_secret_cannot_be_read_as_a_login()
    {
        using var home = new UserHome();
        home.Configure(Paint($"file://{home.Write("url", "no login at all")}"));

        Assert.Equal(ExitCode.Refused, (await RunAsync(home, "check")).ExitCode);
    }

    [Fact]
    public async Task It_says_unreachable_when_nothing_listens()
    {
        using var home = new UserHome();
        home.Configure(Paint($"file://{home.Write("url", "postgres://rekey:unused-password@127.0.0.1:1/none")}"));

        var end = await RunAsync(home, "check");

        Assert.Equal(ExitCode.Unreachable, end.ExitCode);
        Assert.DoesNotContain("unused-password", end.Output + end.Errors);
    }

    [Fact]
    public async Task An_unknown_command_is_a_mistake_of_the_caller()
    {
        using var home = new UserHome();

        var end = await RunAsync(home, "chekc");

        Assert.Equal(ExitCode.Configuration, end.ExitCode);
        Assert.Contains("check", end.Errors);
        Assert.Empty(end.Output);
    }

    [Fact]
    public async Task It_tells_its_version()
    {
        using var home = new UserHome();

        var end = await RunAsync(home, "--version");

        Assert.Equal(ExitCode.Ready, end.ExitCode);
        Assert.Contains(BuiltExecutable.Version, end.Output);
    }

    private static string Paint(string reference) => $$"""{ "credentials": { "paint": { "kind": "database", "from": "{{reference}}" } } }""";

    private static Task<Finished> RunAsync(UserHome home, params string[] arguments) =>
        ChildProcess.RunAsync(BuiltExecutable.Path, arguments, home.Environment);
}
