using System.Text;
using System.Text.RegularExpressions;
using Rekey.Cli.Commands;
using Rekey.Cli.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Configuration;

/// <summary>docs/configuration.md says what the code does, all of it and nothing else.</summary>
public sealed partial class ManualTests
{
    private static readonly string Manual = Repository.Read("docs/configuration.md");

    [Fact]
    public void Its_keys_are_those_of_the_reader()
    {
        Assert.Equal(KeySet.Root.Known.Order(), FirstColumn("### Keys of the file").Order());
        Assert.Equal(KeySet.Credential.Known.Order(), FirstColumn("### Keys of a credential").Order());
        Assert.Equal(KeySet.AwsSso.Known.Order(), FirstColumn("### Keys of an `aws-sso` credential").Order());
        Assert.Equal(KeySet.Slack.Known.Order(), FirstColumn("### Keys of a `slack` credential").Order());
        Assert.Equal(KeySet.OAuth.Known.Order(), FirstColumn("### Keys of an `oauth` credential").Order());
        Assert.Equal(KeySet.Authorities.Known.Order(), FirstColumn("### Keys of `authorities`").Order());
        Assert.Equal(KeySet.Vault.Known.Order(), FirstColumn("### Keys of `authorities.vault`").Order());
        Assert.Equal(KeySet.VaultAuth.Known.Order(), FirstColumn("### Keys of `authorities.vault.auth`").Order());
        Assert.Equal(KeySet.Command.Known.Order(), FirstColumn("### Keys of a command").Order());
        Assert.Equal(KeySet.Rules.Known.Order(), FirstColumn("### Keys of `rules`").Order());
        Assert.Equal(KeySet.Store.Known.Order(), FirstColumn("### Keys of `store`").Order());
        Assert.Equal(
            KeySet.HttpVerify.Known.Union(KeySet.RedisVerify.Known).Order(), FirstColumn("### Keys of `verify`").Order());
        Assert.Equal(KeySet.Database.Known.Order(), FirstColumn("### Keys of `database`").Order());
    }

    [Fact]
    public void Its_references_are_those_that_are_available() =>
        Assert.Equal(Words.Schemes.Order(), FirstColumn("## References").Select(static text => text[..text.IndexOf(':')]).Distinct().Order());

    [Fact]
    public void Its_environment_variables_are_those_that_are_read() =>
        Assert.Equal(Variables.All.Order(), FirstColumn("## Environment variables").Order());

    [Fact]
    public void No_variable_is_read_without_standing_in_the_list()
    {
        var constants = typeof(Variables).GetFields().Where(static f => f.IsLiteral).Select(static f => (string)f.GetRawConstantValue()!);

        Assert.Equal(Variables.All.Order(), constants.Order());
    }

    [Fact]
    public void Its_commands_and_options_are_those_of_the_command_line()
    {
        var written = Rows("## Command line").Where(static cells => cells.Length == 3)
            .Select(static cells => $"{cells[0].Trim('`')} {cells[1].Trim('`')}").Order();
        var known = CommandLine.Commands.SelectMany(static command => command.Options
            .Select(static option => option.Value is null ? option.Name : $"{option.Name} {option.Value}")
            .Concat(command.Argument is { } argument ? [argument] : [])
            .Select(option => $"{command.Name} {option}")).Order();

        Assert.Equal(known, written);
    }

    [Theory]
    [InlineData("docs/configuration.md")]
    [InlineData("docs/sources/slack.md")]
    [InlineData("docs/sources/oauth.md")]
    [InlineData("docs/sessions.md")]
    [InlineData("docs/verifiers.md")]
    [InlineData("docs/sources/files.md")]
    [InlineData("docs/sources/exec.md")]
    [InlineData("docs/sources/vault.md")]
    [InlineData("docs/sources/environment.md")]
    [InlineData("docs/sources/aws-sso.md")]
    [InlineData("docs/sources/aws-secrets-manager.md")]
    [InlineData("docs/sources/azure-key-vault.md")]
    public void The_examples_are_good_configurations(string page)
    {
        var examples = Example().Matches(Repository.Read(page)).Select(static m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(examples);
        foreach (var example in examples)
            Assert.NotEmpty(ConfigurationReader.Parse(Encoding.UTF8.GetBytes(example), "/etc/rekey/rekey.json").Credentials);
    }

    // Every name in backticks in the first cell of each row below the heading.
    private static IEnumerable<string> FirstColumn(string heading) =>
        Rows(heading).SelectMany(static cells => Quoted().Matches(cells[0]).Select(static m => m.Groups[1].Value));

    private static IEnumerable<string[]> Rows(string heading)
    {
        var start = Manual.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, heading);
        var end = Manual.IndexOf("\n#", start + 1, StringComparison.Ordinal);
        var section = Manual[start..(end < 0 ? Manual.Length : end)];
        return section.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => line.Trim('|', ' ').Split(" | "));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("```jsonc\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
