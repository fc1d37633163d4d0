using Amazon.Runtime;

namespace Rekey.Aws.Identity;

/// <summary>Tells the redactor of every key and token on the way to AWS, before its first use.</summary>
internal sealed class KeyRegistry(ISecretRegistry? secrets)
{
    private const string Credential = "aws";

    public void Learn(ImmutableCredentials keys)
    {
        Learn("access_key_id", keys.AccessKey);
        Learn("secret_access_key", keys.SecretKey);
        if (keys.UseToken)
            Learn("session_token", keys.Token);
    }

    public void Learn(string field, string value) => secrets?.Register(Credential, field, new Secret(value));
}
