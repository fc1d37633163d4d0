using Rekey.Aws.Sso;
using Rekey.Aws.Tests.Profiles;

namespace Rekey.Aws.Tests.Sso;

public sealed class SsoProfileTests : IDisposable
{
    private const string Config = """
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = us-east-1
        sso_registration_scopes = sso:account:access , ,codewhisperer:completions
        [sso-session half]
        sso_region = us-east-1
        [profile dev]
        sso_session = corp
        sso_account_id = 001234567890
        sso_role_name = Dev
        region = eu-west-3
        [profile token]
        sso_session = corp
        [profile legacy]
        sso_start_url = https://corp.awsapps.com/start#/
        sso_region = us-east-1
        sso_account_id = 001234567890
        sso_role_name = Dev
        [profile agrees]
        sso_session = corp
        sso_region = us-east-1
        [profile differs]
        sso_session = corp
        sso_region = eu-west-1
        sso_start_url = https://other.awsapps.com/start
        [profile lost]
        sso_session = nowhere
        [profile half]
        sso_session = half
        [profile half-role]
        sso_session = corp
        sso_account_id = 001234567890
        [profile keys]
        aws_access_key_id = x
        """;

    private readonly ProfileFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_profile_is_found_with_its_session_and_its_role()
    {
        var dev = SsoProfile.Find(_files.Read(Config), "dev");

        Assert.Equal(("corp", "https://corp.awsapps.com/start", "us-east-1"), (dev.Session.Name, dev.Session.StartUrl, dev.Session.Region));
        Assert.Equal(["sso:account:access", "codewhisperer:completions"], dev.Session.Scopes);
        Assert.Equal(new SsoRole("dev", "001234567890", "Dev", "eu-west-3"), dev.Role);
    }

    [Fact]
    public void A_profile_for_its_session_alone_has_no_role_and_a_session_is_found_without_a_profile()
    {
        Assert.Null(SsoProfile.Find(_files.Read(Config), "token").Role);
        Assert.Equal("us-east-1", SsoProfile.Find(_files.Read(Config), "agrees").Session.Region);
        Assert.Equal("us-east-1", SsoProfile.FindSession(_files.Read(Config), "corp").Region);
    }

    [Fact]
    public void A_profile_of_the_older_form_is_its_own_session()
    {
        var legacy = SsoProfile.Find(_files.Read(Config), "legacy").Session;

        Assert.Null(legacy.Name);
        Assert.Equal("https://corp.awsapps.com/start#/", legacy.StartUrl);
        Assert.Empty(legacy.Scopes);
    }

    [Theory]
    [InlineData("nobody", "PROFILE_NOT_FOUND", "nobody")]
    [InlineData("keys", "AWS_SSO_PROFILE_NOT_SSO", "keys")]
    [InlineData("lost", "AWS_SSO_SESSION_MISSING", "nowhere")]
    [InlineData("half", "AWS_SSO_CONFIG_INCOMPLETE", "sso_start_url")]
    [InlineData("half-role", "AWS_SSO_CONFIG_INCOMPLETE", "sso_role_name")]
    [InlineData("differs", "AWS_SSO_CONFIG_INCONSISTENT", "sso_start_url, sso_region")]
    public void What_is_wrong_is_named(string profile, string code, string named)
    {
        var error = Assert.Throws<CredentialException>(() => SsoProfile.Find(_files.Read(Config), profile)).Error;

        Assert.Equal((code, FailureKind.NeedsUser), (error.Code, error.Kind));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("awsapps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_configuration_the_file_is_named() =>
        Assert.Equal("AWS_SSO_CONFIG_NOT_FOUND", Assert.Throws<CredentialException>(() => SsoProfile.Find(_files.Read(), "dev")).Error.Code);
}
