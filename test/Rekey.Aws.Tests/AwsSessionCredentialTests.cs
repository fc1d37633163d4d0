namespace Rekey.Aws.Tests;

public sealed class AwsSessionCredentialTests
{
    [Fact]
    public void Its_fields_go_by_the_names_of_the_environment_and_the_region_is_no_secret()
    {
        var credential = new AwsSessionCredential
        {
            AccessKeyId = new Secret("id-of-a-key"),
            SecretAccessKey = new Secret("key-of-a-session"),
            SessionToken = new Secret("token-of-a-session"),
            Region = "eu-west-3",
        };

        Assert.Equal(["access_key_id", "secret_access_key", "session_token"], credential.Document.SensitiveValues().Select(static v => v.Key));
        Assert.Equal("eu-west-3", credential.Document.Field("region")!.Value.Reveal());
    }
}
