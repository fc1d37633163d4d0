using Rekey.Testing.Aws;
using Rekey.Testing.Http;

namespace Rekey.Cli.Tests.Aws;

/// <summary>Every place from which AWS tools take their identity, as somebody finds it who starts the executable there.</summary>
public sealed class AwsChainTests : AwsProcessTest
{
    [Fact]
    public async Task Keys_in_the_environment()
    {
        var home = NewHome();
        home.SignWith(home.User);

        await ReadsAsync(home);

        Assert.Equal([home.User.AccessKeyId], home.Readers);
    }

    [Fact]
    public async Task A_session_in_the_environment()
    {
        var home = NewHome();
        home.SignWith(Session(home));

        await ReadsAsync(home);
    }

    [Theory]
    [InlineData("AWS_PROFILE")]
    [InlineData("AWS_DEFAULT_PROFILE")]
    public async Task A_profile_that_the_environment_names(string variable)
    {
        var home = NewHome();
        home.Variables[variable] = "work";
        home.WriteKeys("work", home.User);

        await ReadsAsync(home);
    }

    [Fact]
    public async Task A_profile_in_the_config_file_under_its_quoted_name()
    {
        var home = NewHome();
        home.Variables["AWS_PROFILE"] = "my work";
        home.WriteConfig(AwsHome.Keys("""profile "my work" """.TrimEnd(), home.User));

        await ReadsAsync(home);
    }

    [Fact]
    public async Task The_profile_called_default_when_nobody_names_one()
    {
        var home = NewHome();
        home.WriteKeys("default", home.User);

        await ReadsAsync(home);
    }

    [Fact]
    public async Task Files_that_the_environment_moves_elsewhere()
    {
        var home = NewHome();
        home.Variables["AWS_SHARED_CREDENTIALS_FILE"] = home.Home.Write("elsewhere/keys", AwsHome.Keys("work", home.User));
        home.Variables["AWS_CONFIG_FILE"] = home.Home.Write("elsewhere/config", $"[profile work]\nregion = {home.Account.Region}\n");
        home.Variables.Remove("AWS_REGION");
        home.Variables["AWS_PROFILE"] = "work";

        await ReadsAsync(home);
    }

    [Fact]
    public async Task The_profile_of_a_reference_wins_over_the_environment()
    {
        var home = NewHome("aws-sm://orders?profile=work");
        home.SignWith(Plant(Principal.NewUser("nobody")));
        home.Variables["AWS_PROFILE"] = "other";
        home.WriteKeys("work", home.User);

        await ReadsAsync(home);

        Assert.Equal([home.User.AccessKeyId], home.Readers);
    }

    [Fact]
    public async Task A_role_that_a_profile_assumes_with_the_keys_of_another()
    {
        var home = NewHome();
        home.WriteRole();

        await ReadsAsync(home);

        Assert.Equal(1, home.Sts.Count("AssumeRole"));
        Assert.All(home.Readers, static id => Assert.StartsWith("ASIA", id));
    }

    [Fact]
    public async Task A_role_upon_a_role()
    {
        var home = NewHome();
        var first = home.WriteRole();
        var second = home.Account.Add(new AwsRole("second") { Trusts = static caller => caller.AccessKeyId.StartsWith("ASIA", StringComparison.Ordinal) });
        home.WriteConfig($"""
            [profile reader]
            role_arn = {first.Arn}
            source_profile = base
            [profile top]
            role_arn = {second.Arn}
            source_profile = reader
            role_session_name = rekey-test
            duration_seconds = 900
            """);
        home.Variables["AWS_PROFILE"] = "top";

        await ReadsAsync(home);

        Assert.Equal(2, home.Sts.Count("AssumeRole"));
    }

    [Fact]
    public async Task A_role_that_its_own_keys_assume()
    {
        var home = NewHome();
        var role = home.WriteRole();
        home.WriteConfig(AwsHome.Keys("profile reader", home.User) + $"role_arn = {role.Arn}\nsource_profile = reader\n");

        await ReadsAsync(home);

        Assert.Equal(1, home.Sts.Count("AssumeRole"));
    }

    [Fact]
    public async Task A_role_that_the_keys_in_the_environment_assume()
    {
        var home = NewHome("aws-sm://orders?profile=reader");
        var role = home.WriteRole();
        home.WriteConfig($"[profile reader]\nrole_arn = {role.Arn}\ncredential_source = Environment\n");
        home.SignWith(home.User);

        await ReadsAsync(home);

        Assert.Equal(1, home.Sts.Count("AssumeRole"));
    }

    [Fact]
    public async Task A_command_that_prints_keys()
    {
        var home = NewHome();
        home.WriteCommand();

        await ReadsAsync(home);
    }

    [Fact]
    public async Task A_web_identity_in_the_environment()
    {
        var home = NewHome();
        home.WriteWebIdentity(Plant("eyJhbGciOiJSUzI1NiJ9.the-token-of-a-pod"));

        await ReadsAsync(home);

        Assert.Equal(1, home.Sts.Count("AssumeRoleWithWebIdentity"));
    }

    [Fact]
    public async Task A_web_identity_in_a_profile()
    {
        var home = NewHome();
        var role = home.WriteWebIdentity(Plant("eyJhbGciOiJSUzI1NiJ9.the-token-of-a-pod"));
        home.WriteConfig($"[profile pod]\nrole_arn = {role.Arn}\nweb_identity_token_file = {home.Variables["AWS_WEB_IDENTITY_TOKEN_FILE"]}\n");
        home.Variables.Remove("AWS_WEB_IDENTITY_TOKEN_FILE");
        home.Variables.Remove("AWS_ROLE_ARN");
        home.Variables["AWS_PROFILE"] = "pod";

        await ReadsAsync(home);
    }

    [Fact]
    public async Task The_credential_endpoint_of_a_container()
    {
        var home = NewHome();
        await using var container = home.WriteContainer(Plant("the-token-of-a-container"));

        await ReadsAsync(home);

        Assert.Equal(1, container.Calls);
    }

    [Fact]
    public async Task The_role_of_a_machine()
    {
        var home = NewHome();
        await using var machine = home.WriteMachine();

        await ReadsAsync(home);
    }

    [Fact]
    public async Task One_endpoint_for_every_service()
    {
        var home = NewHome();
        home.SignWith(home.User);
        home.Variables["AWS_ENDPOINT_URL"] = home.SecretsManager.Address.ToString();
        home.Variables.Remove("AWS_ENDPOINT_URL_SECRETS_MANAGER");

        await ReadsAsync(home);
    }

    [Theory]
    [InlineData("AWS_PROFILE")]
    [InlineData("AWS_DEFAULT_PROFILE")]
    [InlineData(null)]
    public async Task Endpoints_in_the_services_section_of_the_profile_in_use(string? variable)
    {
        var home = NewHome(variable is null ? "aws-sm://orders?profile=reader" : "aws-sm://orders");
        var role = home.WriteRole();
        home.WriteConfig($"""
            [profile reader]
            role_arn = {role.Arn}
            source_profile = base
            services = loopback
            [services loopback]
            secrets_manager =
              endpoint_url = {home.SecretsManager.Address}
            sts =
              endpoint_url = {home.Sts.Address}
            """);
        home.Variables.Remove("AWS_PROFILE");
        home.Variables.Remove("AWS_ENDPOINT_URL_SECRETS_MANAGER");
        home.Variables.Remove("AWS_ENDPOINT_URL_STS");
        if (variable is not null)
            home.Variables[variable] = "reader";

        await ReadsAsync(home);
    }

    [Fact]
    public async Task A_region_that_only_the_profile_names()
    {
        var home = NewHome();
        home.WriteRole();
        home.Variables.Remove("AWS_REGION");
        home.WriteConfig(File.ReadAllText(Path.Combine(home.Home.Path, ".aws/config")) + $"region = {home.Account.Region}\n");

        await ReadsAsync(home);
    }

    [Fact]
    public async Task A_region_that_only_the_ARN_names()
    {
        var home = NewHome($"aws-sm://arn:aws:secretsmanager:eu-central-1:{AwsAccount.Id}:secret:{AwsHome.SecretName}");
        home.WriteRole();
        home.Variables.Remove("AWS_REGION");

        await ReadsAsync(home);
    }

    [Fact]
    public async Task No_region_at_all()
    {
        var home = NewHome();
        home.SignWith(home.User);
        home.Variables.Remove("AWS_REGION");

        await FailsAsync(home, "AWS_REGION_REQUIRED");
    }

    [Fact]
    public async Task A_profile_that_nobody_wrote()
    {
        var home = NewHome();
        home.Variables["AWS_PROFILE"] = "wrok";
        home.WriteKeys("work", home.User);

        var check = await FailsAsync(home, "AWS_PROFILE_NOT_FOUND");

        Assert.Contains("'wrok'", check.Message);
    }

    [Theory]
    [InlineData("role_arn = arn:aws:iam::123456789012:role/reader")]
    [InlineData("role_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = nobody")]
    [InlineData("role_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = loop\n[profile loop]\nrole_arn = arn:aws:iam::123456789012:role/loop\nsource_profile = work")]
    [InlineData("role_arn = arn:aws:iam::123456789012:role/reader\ncredential_source = Moon")]
    [InlineData("role_arn = arn:aws:iam::123456789012:role/reader\nmfa_serial = arn:aws:iam::123456789012:mfa/me\nsource_profile = work")]
    [InlineData("aws_access_key_id = AKIA0000000000000000")]
    public async Task A_profile_that_cannot_be_used(string keys)
    {
        var home = NewHome();
        home.Variables["AWS_PROFILE"] = "work";
        home.WriteConfig($"[profile work]\n{keys}\n");

        var check = await FailsAsync(home, "AWS_PROFILE_INVALID");

        Assert.Contains("'work'", check.Message);
    }

    [Fact]
    public async Task A_profile_that_signs_in_where_nobody_has()
    {
        var home = NewHome();
        home.Variables["AWS_PROFILE"] = "work";
        home.WriteConfig("""
            [profile work]
            sso_session = corp
            sso_account_id = 123456789012
            sso_role_name = Dev
            [sso-session corp]
            sso_start_url = https://example.awsapps.com/start
            sso_region = eu-central-1
            """);

        var check = await FailsAsync(home, "AWS_SSO_SIGN_IN_REQUIRED");

        Assert.Contains("'corp'", check.Message);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("work")]
    public async Task A_profile_that_names_nothing_but_a_region_leaves_it_to_the_container(string profile)
    {
        var home = NewHome();
        await using var container = home.WriteContainer(Plant("the-token-of-a-container"));
        home.Variables.Remove("AWS_REGION");
        home.Variables["AWS_PROFILE"] = profile;
        home.WriteConfig($"[default]\nregion = {home.Account.Region}\n[profile work]\nregion = {home.Account.Region}\n");

        await ReadsAsync(home);
    }

    [Fact]
    public async Task Nothing_at_all()
    {
        var home = NewHome();

        await FailsAsync(home, "AWS_AUTH_REQUIRED");
    }

    [Fact]
    public async Task Nothing_at_all_on_a_network_that_swallows_what_is_sent_to_the_metadata_service()
    {
        var home = NewHome();
        await using var silence = new LoopbackHttpServer(static (_, _) => Task.FromResult(new HttpReply(200) { Fault = WireFault.Hang }));
        home.Variables.Remove("AWS_EC2_METADATA_DISABLED");
        home.Variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = silence.Address.ToString();
        var began = TimeProvider.System.GetTimestamp();

        await FailsAsync(home, "AWS_AUTH_REQUIRED");

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task A_role_that_does_not_trust_the_keys()
    {
        var home = NewHome();
        home.WriteRole().Trusts = static _ => false;

        await FailsAsync(home, "AWS_ROLE_DENIED");
    }

    [Fact]
    public async Task A_role_whose_source_keys_are_unknown()
    {
        var home = NewHome();
        home.WriteRole();
        home.Account.Remove(home.User);

        var check = await FailsAsync(home, "AWS_AUTH_REQUIRED");

        Assert.Contains("'reader'", check.NextStep);
    }

    [Fact]
    public async Task A_web_identity_that_is_not_trusted()
    {
        var home = NewHome();
        home.WriteWebIdentity(Plant("eyJhbGciOiJSUzI1NiJ9.the-token-of-a-pod")).WebIdentityToken = Plant("eyJhbGciOiJSUzI1NiJ9.another-token");

        await FailsAsync(home, "AWS_ROLE_DENIED");
    }

    [Fact]
    public async Task A_FIPS_endpoint_at_an_address_of_one_s_own()
    {
        var home = NewHome();
        home.SignWith(home.User);
        home.Variables["AWS_USE_FIPS_ENDPOINT"] = "true";

        var check = await FailsAsync(home, "AWS_ENDPOINT_INVALID");

        Assert.Contains("FIPS", check.Message);
    }

    private Principal Session(AwsHome home) =>
        Plant(home.Account.Add(Principal.NewSession("reader", "test", home.Account.Time.GetUtcNow().AddHours(1))));
}
