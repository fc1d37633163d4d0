using Microsoft.Extensions.Logging.Abstractions;
using Rekey.Cli.Composition;
using Rekey.Cli.Drivers;
using Rekey.Cli.Sessions;
using Rekey.Cli.Tests.Configuration;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Sessions;

public sealed class SessionFinderTests : IAsyncDisposable
{
    private const string Corp = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n";
    private const string Other = "[sso-session other]\nsso_start_url = https://other.awsapps.com/start\nsso_region = eu-central-1\n";
    private const string Role = "sso_account_id = 123456789012\nsso_role_name = Dev\n";

    // Their tokens, by the SHA-1 of their names.
    private const string CorpToken = "ee0bfd2552fbd840c02cc48b6e823320543c450f";
    private const string OtherToken = "d0941e68da8f38151ff86a61fc59f7c5cf9fcaa2";

    private readonly TemporaryFolder _home = new();
    private readonly TemporaryFolder _project = new();
    private readonly FakeEnvironment _environment = new();
    private readonly List<BuiltCredential> _made = [];
    private readonly Lazy<SessionFinder> _finder;
    private AwsIdentities? _identities;

    public SessionFinderTests()
    {
        _environment["HOME"] = _home.Path;
        _finder = new(Make);
    }

    [Theory]
    [InlineData("home", "files", "AWS_PROFILE=work", "home", "parameter")]
    [InlineData(null, "files", "AWS_PROFILE=work", "home", "mcp_config")]
    [InlineData(null, null, "AWS_PROFILE=work AWS_DEFAULT_PROFILE=home", "work", "environment")]
    [InlineData(null, null, "AWS_DEFAULT_PROFILE=home", "home", "environment")]
    [InlineData(null, null, "AWS_PROFILE= AWS_DEFAULT_PROFILE=home", "home", "environment")]
    [InlineData(null, null, "", "default", "default")]
    public void The_order_is_parameter_client_files_environment_and_default(string? profile, string? server, string variables, string expected, string foundBy)
    {
        Config($"{Corp}{Other}{OnSession("work", "corp")}{OnSession("home", "other")}[default]\nsso_session = corp\n{Role}");
        Client(_home, ".claude.json", "files", "home");
        foreach (var variable in variables.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            _environment[variable.Split('=')[0]] = variable.Split('=')[1];

        var found = Find(profile, server);

        Assert.Equal((expected, foundBy), (found.Profile, found.FoundBy));
    }

    [Theory]
    [InlineData("corp", "", "work", "aws:work")] // one session and one profile
    [InlineData("corp corp", "", "corp", "aws-sso:corp")] // several profiles share it: the session alone is meant
    [InlineData("corp other", CorpToken, "work", "aws:work")] // one of two was ever used
    [InlineData("corp other", OtherToken, "home", "aws:home")]
    public void Without_any_name_it_is_the_only_session_there_is_or_that_was_ever_used(string sessions, string used, string profile, string credential)
    {
        var names = sessions.Split(' ');
        Config(Corp + (names.Contains("other") ? Other : "") + string.Concat(names.Select(static (session, i) => OnSession(i == 0 ? "work" : "home", session))));
        if (used.Length > 0)
            _home.File($".aws/sso/cache/{used}.json", "{}");

        var found = Find();

        Assert.Equal((profile, "recent", credential), (found.Profile, found.FoundBy, found.Credential.Name));
    }

    [Fact]
    public void Several_that_could_be_meant_are_listed_with_the_most_recently_used_first()
    {
        Config(Corp + Other + OnSession("work", "corp") + OnSession("home", "other"));
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        File.SetLastWriteTimeUtc(_home.File($".aws/sso/cache/{CorpToken}.json", "{}"), now.AddDays(-1));
        File.SetLastWriteTimeUtc(_home.File($".aws/sso/cache/{OtherToken}.json", "{}"), now);

        var error = Fails();

        Assert.Equal("PROFILE_AMBIGUOUS", error.Code);
        Assert.EndsWith(": home, work.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("me@corp")]
    [InlineData("team/dev")]
    [InlineData("a+b")]
    [InlineData("köln")]
    [InlineData("-")]
    public void Any_name_that_the_AWS_CLI_accepts_is_a_profile(string name)
    {
        Config(Corp + OnSession($"\"{name}\"", "corp"));
        Client(_home, ".claude.json", "server", name);
        _environment["AWS_PROFILE"] = name;

        Assert.Equal([name, name, name], new[] { Find(profile: name), Find(server: "server"), Find() }.Select(static found => found.Profile));
    }

    [Fact]
    public void A_profile_of_a_role_signs_in_through_the_profile_that_it_stands_on()
    {
        Config($"{Corp}{OnSession("work", "corp")}[profile middle]\nrole_arn = arn:aws:iam::1:role/m\nsource_profile = work\n[profile top]\nrole_arn = arn:aws:iam::1:role/t\nsource_profile = middle\n");

        var found = Find(profile: "top");

        Assert.Equal(("top", "aws:work"), (found.Profile, found.Credential.Name));
    }

    [Fact]
    public void Two_profiles_of_one_session_stand_on_one_credential()
    {
        Config(Corp + OnSession("work", "corp") + OnSession("home", "corp"));

        Assert.NotSame(Find("work").Credential, Find("home").Credential);
        Assert.Single(_made, static one => one.Credential.Name == "aws-sso:corp");
        Assert.Same(Find("work").Credential, Find("work").Credential);
    }

    [Fact]
    public void A_profile_that_was_added_a_moment_ago_is_there()
    {
        Config(Corp + OnSession("work", "corp"));
        Assert.Equal("PROFILE_NOT_FOUND", Fails("home").Code);

        Config(Corp + OnSession("work", "corp") + OnSession("home", "corp"));

        Assert.Equal("home", Find("home").Profile);
    }

    [Theory]
    [InlineData("wrok", "PROFILE_NOT_FOUND", "work")]
    [InlineData("keys", "AWS_SSO_PROFILE_NOT_SSO", "sso_session")]
    [InlineData("orphan", "AWS_SSO_SESSION_MISSING", "section")]
    [InlineData("differs", "AWS_SSO_CONFIG_INCONSISTENT", "Remove the keys")]
    [InlineData("half", "AWS_SSO_CONFIG_INCOMPLETE", "aws configure sso")]
    [InlineData("round", "AWS_SSO_PROFILE_NOT_SSO", "sso_session")]
    public void What_cannot_be_used_is_said_with_a_code_and_the_next_step(string profile, string code, string nextStep)
    {
        Config($"""
            {Corp}{OnSession("work", "corp")}
            [profile keys]
            aws_access_key_id = AKIA0000000000000000
            [profile orphan]
            sso_session = nobody
            [profile differs]
            sso_session = corp
            sso_region = us-east-1
            [profile half]
            sso_session = corp
            sso_role_name = Dev
            [profile round]
            role_arn = arn:aws:iam::1:role/r
            source_profile = round-again
            [profile round-again]
            role_arn = arn:aws:iam::1:role/r
            source_profile = round
            """);

        var error = Fails(profile);

        Assert.Equal(code, error.Code);
        Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
        Assert.False(error.Retryable);
    }

    [Fact]
    public void Without_any_session_the_smallest_configuration_is_shown()
    {
        Config("[default]\nregion = eu-central-1\n");

        var error = Fails();

        Assert.Equal("PROFILE_NOT_FOUND", error.Code);
        Assert.Contains("[sso-session NAME] with sso_start_url and sso_region", error.NextStep, StringComparison.Ordinal);
        Assert.False(_finder.Value.HasAny);
    }

    [Fact]
    public void What_is_missing_beside_a_line_that_cannot_be_read_is_said_with_that_line()
    {
        Config(Corp + OnSession("work", "corp") + "[profile home\nsso_session = corp\n");

        var error = Fails("home");

        Assert.Equal("PROFILE_NOT_FOUND", error.Code);
        Assert.Contains("config, line 8", error.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _made.OrderByDescending(static one => one.Depth))
            await one.Credential.DisposeAsync();
        _identities?.Dispose();
        _home.Dispose();
        _project.Dispose();
    }

    private static string OnSession(string profile, string session) => $"[profile {profile}]\nsso_session = {session}\n{Role}";

    private void Config(string text) => _home.File(".aws/config", text);

    private static void Client(TemporaryFolder folder, string file, string server, string profile) =>
        folder.File(file, $$"""{ "mcpServers": { "{{server}}": { "command": "x", "env": { "AWS_PROFILE": "{{profile}}" } } } }""");

    private FoundSession Find(string? profile = null, string? server = null) => _finder.Value.Find(profile, server);

    private CredentialError Fails(string? profile = null, string? server = null) => Assert.Throws<CredentialException>(() => Find(profile, server)).Error;

    private SessionFinder Make()
    {
        _identities = new AwsIdentities(new CredentialParts
        {
            Environment = _environment,
            Secrets = new SecretRedactor(),
            Driver = DatabaseDrivers.All,
            Logger = NullLogger.Instance,
            Time = TimeProvider.System,
        })
        { Made = _made.Add };
        return new SessionFinder(_identities, _environment, new McpClientFiles(_environment, _home.Path, _project.Path));
    }
}
