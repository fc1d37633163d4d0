namespace Rekey.Cli.Tests.Sso;

/// <summary>Which session a running server means, and how it is renewed without a human.</summary>
public sealed class RenewalTests : SsoProcessTest
{
    [Fact]
    public async Task A_token_that_has_ended_is_renewed_in_silence()
    {
        var home = NewHome();
        var before = home.SignedIn(TimeSpan.FromHours(-1));
        var session = await ServeAsync(home);

        var content = await SignInAsync(session, new { profile = "work" });

        Assert.Equal(("refreshed", "work"), (Text(content, "status"), Text(content, "profile")));
        Assert.NotEqual(before.AccessToken, home.Token);
        Assert.Equal((1, 0), (home.Server.Book.Refreshes, home.Server.Calls("/device_authorization")));
    }

    [Fact]
    public async Task Of_a_server_that_failed_the_profile_is_found_in_the_files_of_every_client()
    {
        var home = NewHome();
        home.SignedIn(TimeSpan.FromHours(1));
        const string Environment = """{ "command": "x", "env": { "AWS_PROFILE": "work" } }""";
        home.Home.Write(".claude.json", $$"""{ "projects": { "/src/shop": { "mcpServers": { "in-project": {{Environment}} } } }, "mcpServers": { "of-user": {{Environment}} } }""");
        home.Home.Write(".mcp.json", $$"""{ "mcpServers": { "shared": {{Environment}} } }""");
        home.Home.Write(".vscode/mcp.json", $$"""
            { // with comments, as the editor writes it
              "servers": { "in-code": {{Environment}}, },
            }
            """);
        var session = await ServeAsync(home);

        foreach (var server in new[] { "in-project", "of-user", "shared", "in-code" })
        {
            var content = await SignInAsync(session, new { server });
            Assert.Equal(("refreshed", "work", "mcp_config"), (Text(content, "status"), Text(content, "profile"), Text(content, "profileSource")));
        }
        var unknown = await SignInAsync(session, new { server = "nobody" });
        Assert.Equal("PROFILE_NOT_FOUND", CodeOf(unknown));
        Assert.Contains("work", Text(unknown.GetProperty("error"), "nextStep"));
    }

    [Theory]
    [InlineData("AWS_PROFILE", "environment")]
    [InlineData("AWS_DEFAULT_PROFILE", "environment")]
    [InlineData(null, "recent")]
    public async Task Without_a_name_it_is_the_profile_of_the_environment_or_the_only_session(string? variable, string foundBy)
    {
        var home = NewHome();
        home.SignedIn(TimeSpan.FromHours(1));
        if (variable is not null)
            home.Variables[variable] = "work";
        var session = await ServeAsync(home);

        var content = await SignInAsync(session, new { });

        Assert.Equal(("refreshed", "work", foundBy), (Text(content, "status"), Text(content, "profile"), Text(content, "profileSource")));
    }

    [Fact]
    public async Task Of_several_sessions_that_were_used_it_is_that_of_the_default_profile_and_without_one_nobody_guesses()
    {
        var home = NewHome();
        home.WriteConfig(SsoHome.Corp + SsoHome.Work + SsoHome.Other + "[default]\nsso_session = corp\n");
        home.SignedIn(TimeSpan.FromHours(1));
        File.Copy(home.TokenFile, home.OtherTokenFile);
        File.SetLastWriteTimeUtc(home.TokenFile, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        var session = await ServeAsync(home);

        var found = await SignInAsync(session, new { });
        home.WriteConfig(SsoHome.Corp + SsoHome.Work + SsoHome.Other);
        var ambiguous = await SignInAsync(session, new { });

        Assert.Equal(("refreshed", "default", "default"), (Text(found, "status"), Text(found, "profile"), Text(found, "profileSource")));
        Assert.Equal("PROFILE_AMBIGUOUS", CodeOf(ambiguous));
        Assert.Contains(": other, work.", Text(ambiguous.GetProperty("error"), "message")); // the most recently used first
    }
}
