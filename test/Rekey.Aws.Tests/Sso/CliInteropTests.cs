using System.Text.RegularExpressions;
using Rekey.Testing;
using Rekey.Testing.Sso;

namespace Rekey.Aws.Tests.Sso;

/// <summary>The real AWS CLI and Rekey on one cache.</summary>
public sealed partial class CliInteropTests : SsoTest
{
    private const string Config = """
        [sso-session corp]
        sso_start_url = https://d-1234567890.awsapps.com/start
        sso_region = us-east-1
        sso_registration_scopes = sso:account:access
        [profile dev]
        sso_session = corp
        sso_account_id = 001234567890
        sso_role_name = Dev
        region = eu-west-3
        """;

    internal override TimeProvider Clock => TimeProvider.System;

    [Fact]
    public async Task The_cli_signs_in_and_rekey_refreshes_and_the_cli_goes_on_with_the_token_that_rekey_wrote()
    {
        var cli = await CliAsync();
        Server.Book.TokenLife = TimeSpan.FromMinutes(10); // due at once

        var login = await cli.RunAsync(["sso", "login", "--profile", "dev", "--no-browser"], Confirm);
        Assert.True(login.ExitCode == 0, login.Errors);
        var first = TextIn("accessToken");
        Server.Book.TokenLife = TimeSpan.FromHours(1);
        var answer = await FetchAsync(Source());
        Assert.NotEqual(first, answer.Credential.AccessToken.Reveal());

        var identity = await cli.RunAsync("sts", "get-caller-identity", "--profile", "dev");

        Assert.True(identity.ExitCode == 0, identity.Errors);
        Assert.Contains("assumed-role/Dev/human", identity.Output, StringComparison.Ordinal);
        Assert.Equal(TextIn("accessToken"), Server.Last["/federation/credentials"].Header("x-amz-sso_bearer_token"));
        Assert.Equal(1, Server.Book.Refreshes);
    }

    [Fact]
    public async Task Rekey_signs_in_and_the_cli_uses_refreshes_and_ends_the_session()
    {
        var cli = await CliAsync();
        Server.Book.TokenLife = TimeSpan.FromMinutes(10);
        await Source().SignInAsync(new SignInRequest(prompt => Server.Human.Decide(prompt.UserCode!)), CancellationToken.None);
        var first = TextIn("accessToken");

        var accounts = await cli.RunAsync("sso", "list-accounts", "--access-token", first, "--region", "us-east-1");
        Assert.Contains("works@example.com", accounts.Output, StringComparison.Ordinal);
        var identity = await cli.RunAsync("sts", "get-caller-identity", "--profile", "dev");
        Assert.True(identity.ExitCode == 0, identity.Errors);
        Assert.NotEqual(first, TextIn("accessToken")); // the CLI refreshed with the registration that Rekey made

        var answer = await FetchAsync(Source());
        Assert.Equal(TextIn("accessToken"), answer.Credential.AccessToken.Reveal());
        Assert.True(Server.Book.Accepts(TextIn("accessToken")));
        var logout = await cli.RunAsync("sso", "logout");
        Assert.True(logout.ExitCode == 0, logout.Errors);
        Assert.Equal("AWS_SSO_SIGN_IN_REQUIRED", (await FailsAsync(() => FetchAsync(Source()))).Code);
    }

    [Fact]
    public async Task When_the_cli_and_rekey_refresh_at_once_rekey_keeps_the_session_whoever_was_faster()
    {
        var cli = await CliAsync();
        SignedIn(-TimeSpan.FromHours(1));

        var commands = Enumerable.Range(0, 2).Select(_ => cli.RunAsync("sts", "get-caller-identity", "--profile", "dev")).ToArray();
        await Until.True(() => Server.Calls("/token") > 0);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => FetchAsync(Source()))));
        await Task.WhenAll(commands);

        Assert.All(answers, answer => Assert.True(Server.Book.Accepts(answer.Credential.AccessToken.Reveal())));
        Assert.Contains(commands, static command => command.Result.ExitCode == 0);
        Assert.True(Server.Book.Accepts(TextIn("accessToken")));
    }

    private Task<SsoCli> CliAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Home, ".aws")).FullName;
        File.WriteAllText(Path.Combine(folder, "config"), Config);
        return SsoCli.InAsync(Home, Server.Address);
    }

    private void Confirm(string line)
    {
        if (Code().Match(line) is { Success: true } code)
            Server.Human.Decide(code.Value);
    }

    [GeneratedRegex("^FAKE-[0-9]{4}$")]
    private static partial Regex Code();
}
