using Rekey.Testing;

namespace Rekey.Cli.Tests.Commands;

public sealed class CommandLineTests : CommandTest
{
    [Theory]
    [InlineData("There is no command 'chek'. Did you mean 'check'?", "chek")]
    [InlineData("There is no command 'everything'.", "everything")]
    [InlineData("There is no command (a text that is no name).", "no such; command")]
    [InlineData("'check' has no option '--confg'. Did you mean '--config'?", "check", "--confg", "x")]
    [InlineData("'serve' has no option '--json'.", "--json")]
    [InlineData("'refresh' has no option '-x'.", "refresh", "-x")]
    [InlineData("'--config' needs a value: --config FILE.", "check", "--config")]
    [InlineData("'--config' needs a value: --config FILE.", "check", "--config=")]
    [InlineData("'--json' takes no value.", "check", "--json=yes")]
    [InlineData("'--json' is given twice.", "check", "--json", "--json")]
    [InlineData("'serve' does not take an argument.", "serve", "orders")]
    [InlineData("'refresh' does not take two arguments.", "refresh", "orders", "github")]
    [InlineData("There is no command 'nothing'.", "help", "nothing")]
    [InlineData("--log-level has no level 'warn' (trace, debug, info, warning, error, none).", "check", "--log-level", "warn")]
    [InlineData("--log-level has no level 'inf' (trace, debug, info, warning, error, none). Did you mean 'info'?", "check", "--log-level", "inf")]
    public async Task What_makes_no_sense_is_explained(string message, params string[] args)
    {
        var outcome = await RunAsync(args);

        Assert.Equal(1, outcome.Code);
        Assert.Equal($"rekey: {message}\nTry 'rekey --help'.\n", outcome.Error.ReplaceLineEndings("\n"));
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public async Task The_value_of_an_unknown_option_is_not_repeated()
    {
        Plant("hunter2-hunter2");

        var outcome = await RunAsync("serve", "--password=hunter2-hunter2");

        Assert.Contains("'serve' has no option '--password'.", outcome.Error);
    }

    [Fact]
    public async Task A_wrong_level_in_the_environment_is_an_error_too()
    {
        Environment["REKEY_LOG"] = "loud";

        Assert.Contains("REKEY_LOG has no level 'loud'", (await RunAsync("check")).Error);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    public async Task The_version_is_a_version(string arg)
    {
        var outcome = await RunAsync(arg);

        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", outcome.Output);
    }

    [Fact]
    public async Task Help_says_what_stands_in_the_snapshot()
    {
        var pages = new List<string> { "$ rekey --help\n" + (await RunAsync("--help")).Output };
        foreach (var command in Cli.Commands.CommandLine.Commands)
            pages.Add($"$ rekey {command.Name} --help\n" + (await RunAsync(command.Name, "--help")).Output);

        Assert.Equal(Repository.Read("test/Rekey.Cli.Tests/Commands/help.txt"), string.Join('\n', pages));
    }

    [Theory]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData("serve --help --nonsense")]
    [InlineData("help refresh")]
    [InlineData("refresh orders --help")]
    public async Task Help_is_never_far(string line)
    {
        var outcome = await RunAsync(line.Split(' '));

        Assert.Equal(0, outcome.Code);
        Assert.Contains("Usage: rekey", outcome.Output);
    }

    [Fact]
    public async Task Help_fits_a_terminal()
    {
        foreach (var line in Repository.Read("test/Rekey.Cli.Tests/Commands/help.txt").Split('\n'))
            Assert.True(line.Length <= 110, line);
        Assert.DoesNotContain("\r", (await RunAsync("--help")).Output);
    }
}
