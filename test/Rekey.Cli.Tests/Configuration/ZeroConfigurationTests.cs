using Rekey.Cli.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Configuration;

public sealed class ZeroConfigurationTests : LeakCheckedTest
{
    private readonly FakeEnvironment _environment = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Without_anything_there_is_no_credential_and_no_complaint()
    {
        var configuration = Read();

        Assert.Empty(configuration.Credentials);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void A_database_URL_makes_one_database()
    {
        SetUrl();

        var credential = Assert.Single(Read().Credentials);

        Assert.True(credential is { Name: "database", Kind: CredentialKind.Database, IsRequired: true });
        Assert.Equal("env://DATABASE_URL", Assert.Single(credential.References).Text);
    }

    [Fact]
    public void An_empty_variable_is_not_set()
    {
        _environment["DATABASE_URL"] = "";

        Assert.Empty(Read().Credentials);
    }

    [Fact]
    public void Account_name_and_region_make_one_database_of_the_secret_with_that_ARN()
    {
        SetAws();

        var credential = Assert.Single(Read().Credentials);

        Assert.True(credential is { Name: "database", Kind: CredentialKind.Database, Database: null });
        Assert.Equal("aws-sm://arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/orders", Assert.Single(credential.References).Text);
    }

    [Theory]
    [InlineData("cn-north-1", "aws-cn")]
    [InlineData("us-gov-west-1", "aws-us-gov")]
    [InlineData("us-isob-east-1", "aws-iso-b")]
    [InlineData("eusc-de-east-1", "aws-eusc")]
    [InlineData("ap-southeast-7", "aws")]
    public void The_ARN_is_of_the_partition_that_the_region_is_in(string region, string partition)
    {
        SetAws();
        _environment["AWS_REGION"] = region;

        Assert.StartsWith($"aws-sm://arn:{partition}:secretsmanager:{region}:", Assert.Single(Assert.Single(Read().Credentials).References).Text);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("YES", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("no", false)]
    [InlineData("0", false)]
    public void The_certificate_is_trusted_by_the_word_of_the_operator(string word, bool trusts)
    {
        SetAws();
        _environment["TRUST_SERVER_CERTIFICATE"] = word;

        Assert.Equal(trusts, Assert.Single(Read().Credentials).Database?.TrustServerCertificate);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_and_no_value_is_repeated()
    {
        _environment["AWS_ACCOUNT_ID"] = Plant("12345-is-no-account").Reveal();
        _environment["SECRET_NAME"] = Plant("arn:is-no-name").Reveal();
        _environment["AWS_REGION"] = Plant("Frankfurt-on-the-Main").Reveal();
        _environment["TRUST_SERVER_CERTIFICATE"] = Plant("perhaps-tomorrow").Reveal();
        _environment["SECRETS_ARN"] = Plant("prod/everything").Reveal();

        var e = Observe(Assert.Throws<ConfigurationException>(() => Read()));

        Assert.Equal(
            ["AWS_ACCOUNT_ID", "AWS_REGION", "SECRET_NAME", "SECRETS_ARN"],
            e.Problems.Select(p => Observe(p.Message).Split(' ')[0]));
    }

    [Fact]
    public void The_name_of_a_secret_without_its_region_is_a_warning()
    {
        _environment["SECRET_NAME"] = "prod/orders";
        _environment["AWS_ACCOUNT_ID"] = "123456789012";

        var configuration = Read();

        Assert.Empty(configuration.Credentials);
        Assert.StartsWith("SECRET_NAME is set and AWS_REGION is not", Assert.Single(configuration.Warnings));
    }

    [Fact]
    public void An_ARN_of_secrets_makes_one_document()
    {
        _environment["SECRETS_ARN"] = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/everything-AbCdEf";

        var credential = Assert.Single(Read().Credentials);

        Assert.True(credential is { Name: "secrets", Kind: CredentialKind.Document });
    }

    [Fact]
    public void Half_of_them_mean_nothing()
    {
        _environment["AWS_REGION"] = "eu-central-1";
        _environment["AWS_ACCOUNT_ID"] = "123456789012";

        Assert.Empty(Read().Warnings);
    }

    [Fact]
    public void Both_at_once_are_an_error()
    {
        SetUrl();
        SetAws();

        var e = Observe(Assert.Throws<ConfigurationException>(() => Read()));

        Assert.Contains("DATABASE_URL and AWS_ACCOUNT_ID, SECRET_NAME and AWS_REGION are both set", Observe(Assert.Single(e.Problems).Message));
    }

    [Fact]
    public void Beside_a_file_they_configure_nothing_and_somebody_says_so()
    {
        SetUrl();
        SetAws();

        var configuration = Read(_folder.File("rekey.json", """{ "credentials": { "a": { "kind": "value", "from": "env://A" } } }"""));

        Assert.Equal("a", Assert.Single(configuration.Credentials).Name);
        Assert.Equal(2, configuration.Warnings.Count);
        Assert.All(configuration.Warnings, warning => Assert.Contains("is ignored", Observe(warning)));
    }

    [Fact]
    public void A_file_that_names_the_variable_itself_raises_no_warning()
    {
        SetUrl();

        Assert.Empty(Read(_folder.File("rekey.json", """{ "credentials": { "a": { "kind": "database", "from": "env://DATABASE_URL" } } }""")).Warnings);
    }

    [Fact]
    public void A_bots_token_makes_one_slack_credential_that_nothing_refreshes()
    {
        SetSlackBot();
        _environment["HOME"] = "/home/me";

        var slack = Assert.Single(Read().Credentials);

        Assert.True(slack is { Name: "slack", Kind: CredentialKind.Slack, IsRequired: true });
        Assert.Equal(["env://SLACK_BOT_TOKEN"], slack.References.Select(static r => r.Text));
        Assert.Equal(new SlackConfiguration(), slack.Slack);
    }

    [Fact]
    public void The_bot_wins_and_takes_nothing_of_the_user()
    {
        SetSlackBot();
        SetSlackUser();
        _environment["SLACK_WORKSPACE"] = Plant("no workspace at all").Reveal();
        _environment["SLACK_CREDENTIALS_PATH"] = "/elsewhere/credentials.json";

        var configuration = Read();
        var slack = Assert.Single(configuration.Credentials);

        Assert.Equal(["env://SLACK_BOT_TOKEN"], slack.References.Select(static r => r.Text));
        Assert.True(slack.Slack is { Workspace: null, Import: null });
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void A_users_token_with_its_cookie_and_workspace_makes_one_session()
    {
        SetSlackUser();
        _environment["SLACK_WORKSPACE"] = "acme.slack.com";
        _environment["HOME"] = "/home/me";

        var slack = Assert.Single(Read().Credentials);

        Assert.Equal(
            [("cookie", "env://SLACK_COOKIE_D"), ("token", "env://SLACK_USER_TOKEN")],
            Assert.IsType<Origin.Composed>(Assert.Single(slack.From)).Parts.Select(static part => (part.Key, part.Value.Text)).Order());
        Assert.Equal(new SlackConfiguration { Workspace = "acme", Import = Path.Combine("/home/me", ".slack-mcp-server", "credentials.json") }, slack.Slack);
    }

    [Fact]
    public void A_users_token_alone_will_do()
    {
        _environment["SLACK_USER_TOKEN"] = Plant("xoxp-zero-config-token").Reveal();
        _environment["SLACK_COOKIE_D"] = "";
        _environment["HOME"] = null;

        var slack = Assert.Single(Read().Credentials);

        Assert.Equal(["env://SLACK_USER_TOKEN"], slack.References.Select(static r => r.Text));
        Assert.True(slack.Slack is { Workspace: null, Import: null });
    }

    [Fact]
    public void The_file_of_an_earlier_server_may_be_elsewhere()
    {
        SetSlackUser();
        _environment["HOME"] = "/home/me";
        _environment["SLACK_CREDENTIALS_PATH"] = "/elsewhere/credentials.json";

        Assert.Equal("/elsewhere/credentials.json", Assert.Single(Read().Credentials).Slack!.Import);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("365", 365)]
    [InlineData("", 7)]
    public void The_days_between_refreshes_are_a_whole_number(string written, int days)
    {
        SetSlackUser();
        _environment["SLACK_REFRESH_INTERVAL_DAYS"] = written;

        Assert.Equal(TimeSpan.FromDays(days), Assert.Single(Read().Credentials).Slack!.RefreshInterval);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("YES", true)]
    [InlineData("1", true)]
    [InlineData("", true)]
    [InlineData("false", false)]
    [InlineData("No", false)]
    [InlineData("0", false)]
    public void Refreshes_on_a_schedule_can_be_turned_off(string word, bool isScheduled)
    {
        SetSlackUser();
        _environment["SLACK_REFRESH_ENABLED"] = word;

        Assert.Equal(isScheduled, Assert.Single(Read().Credentials).Slack!.IsScheduled);
    }

    [Theory]
    [InlineData("SLACK_REFRESH_INTERVAL_DAYS", "0", "SLACK_REFRESH_INTERVAL_DAYS is no whole number from 1 to 365.")]
    [InlineData("SLACK_REFRESH_INTERVAL_DAYS", "366", "SLACK_REFRESH_INTERVAL_DAYS is no whole number from 1 to 365.")]
    [InlineData("SLACK_REFRESH_INTERVAL_DAYS", "1.5", "SLACK_REFRESH_INTERVAL_DAYS is no whole number from 1 to 365.")]
    [InlineData("SLACK_REFRESH_INTERVAL_DAYS", "weekly", "SLACK_REFRESH_INTERVAL_DAYS is no whole number from 1 to 365.")]
    [InlineData("SLACK_REFRESH_ENABLED", "maybe", "SLACK_REFRESH_ENABLED is none of true, false, 1, 0, yes and no.")]
    [InlineData("SLACK_WORKSPACE", "acme.example.com", "SLACK_WORKSPACE is no workspace: the name before .slack.com is needed, for example acme.")]
    public void A_variable_of_Slack_that_says_nothing_usable_is_an_error(string variable, string value, string message)
    {
        SetSlackUser();
        _environment[variable] = value;

        Assert.Equal(message, Observe(Assert.Single(Assert.Throws<ConfigurationException>(() => Read()).Problems).Message));
    }

    [Fact]
    public void Everything_that_is_wrong_for_Slack_is_said_at_once_and_no_value_is_repeated()
    {
        SetSlackUser();
        _environment["SLACK_WORKSPACE"] = Plant("xoxd-in-the-wrong-place").Reveal() + "%";
        _environment["SLACK_REFRESH_INTERVAL_DAYS"] = Plant("a-week-or-so").Reveal();
        _environment["SLACK_REFRESH_ENABLED"] = Plant("perhaps-tomorrow").Reveal();

        var e = Observe(Assert.Throws<ConfigurationException>(() => Read()));

        Assert.Equal(
            ["SLACK_WORKSPACE", "SLACK_REFRESH_INTERVAL_DAYS", "SLACK_REFRESH_ENABLED"],
            e.Problems.Select(p => Observe(p.Message).Split(' ')[0]));
    }

    [Fact]
    public void A_cookie_without_its_token_is_a_warning()
    {
        _environment["SLACK_COOKIE_D"] = Plant("xoxd-stray-cookie").Reveal();

        var configuration = Read();

        Assert.Empty(configuration.Credentials);
        Assert.Equal("SLACK_COOKIE_D is set and SLACK_USER_TOKEN is not: it configures nothing.", Observe(Assert.Single(configuration.Warnings)));
    }

    [Fact]
    public void A_database_and_Slack_go_together()
    {
        SetUrl();
        SetSlackUser();

        Assert.Equal(["database", "slack"], Read().Credentials.Select(static c => c.Name));
    }

    [Fact]
    public void Beside_a_file_the_tokens_of_Slack_configure_nothing_and_somebody_says_so()
    {
        SetSlackBot();
        SetSlackUser();

        var configuration = Read(_folder.File("rekey.json", """{ "credentials": { "a": { "kind": "value", "from": "env://A" } } }"""));

        Assert.Equal("a", Assert.Single(configuration.Credentials).Name);
        Assert.Equal(
            new[] { "SLACK_BOT_TOKEN", "SLACK_USER_TOKEN", "SLACK_COOKIE_D" }.Select(static name => $"There is a rekey.json: {name} in the environment is ignored."),
            configuration.Warnings.Select(Observe));
    }

    [Fact]
    public void A_file_that_names_the_tokens_of_Slack_itself_raises_no_warning()
    {
        SetSlackUser();

        Assert.Empty(Read(_folder.File("rekey.json", """
            { "credentials": { "slack": { "kind": "slack", "from": { "token": "env://SLACK_USER_TOKEN", "cookie": "env://SLACK_COOKIE_D" } } } }
            """)).Warnings);
    }

    [Theory]
    [InlineData("DATABASE_URL", "database")]
    [InlineData("SLACK_BOT_TOKEN", "slack")]
    [InlineData("SLACK_USER_TOKEN", "slack")]
    public void A_variable_that_names_a_file_with_the_secret_configures_the_same(string variable, string name)
    {
        _environment[$"{variable}_FILE"] = "/run/secrets/it";
        _environment["SLACK_COOKIE_D_FILE"] = "/run/secrets/cookie";

        var credential = Read().Credentials[^1];

        Assert.Equal(name, credential.Name);
        Assert.Equal($"env://{variable}", credential.References.First().Text);
        Assert.Equal(variable == "SLACK_USER_TOKEN" ? 2 : 1, credential.References.Count());
    }

    [Fact]
    public void What_is_said_of_such_a_variable_names_it_as_it_is_set()
    {
        SetAws();
        _environment["DATABASE_URL_FILE"] = "/run/secrets/url";
        Assert.StartsWith("DATABASE_URL_FILE and AWS_ACCOUNT_ID", Assert.Single(Assert.Throws<ConfigurationException>(() => Read()).Problems).Message);

        _environment["SECRET_NAME"] = null;
        _environment["DATABASE_URL_FILE"] = null;
        _environment["SLACK_COOKIE_D_FILE"] = "/run/secrets/cookie";
        Assert.Equal("SLACK_COOKIE_D_FILE is set and SLACK_USER_TOKEN is not: it configures nothing.", Assert.Single(Read().Warnings));

        _environment["DATABASE_URL_FILE"] = "/run/secrets/url";
        Assert.Equal(
            new[] { "DATABASE_URL_FILE", "SLACK_COOKIE_D_FILE" }.Select(static name => $"There is a rekey.json: {name} in the environment is ignored."),
            Read(_folder.File("rekey.json", """{ "credentials": { "a": { "kind": "value", "from": "env://A" } } }""")).Warnings);
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }

    private void SetUrl() => _environment["DATABASE_URL"] = "postgres://me:" + Plant("zero-config-password").Reveal() + "@db/x";

    private void SetAws()
    {
        _environment["AWS_ACCOUNT_ID"] = "123456789012";
        _environment["SECRET_NAME"] = "prod/orders";
        _environment["AWS_REGION"] = "eu-central-1";
    }

    private void SetSlackBot() => _environment["SLACK_BOT_TOKEN"] = Plant("xoxb-zero-config-token").Reveal();

    private void SetSlackUser()
    {
        _environment["SLACK_USER_TOKEN"] = Plant("xoxc-zero-config-token").Reveal();
        _environment["SLACK_COOKIE_D"] = Plant("xoxd-zero-config-cookie").Reveal();
    }

    private RekeyConfiguration Read(string? option = null) => ConfigurationReader.Read(option, _environment, isWindows: false);
}
