namespace Rekey.Aws;

/// <summary>Something on the way to AWS that a human must set right. It becomes an error once it is known what was asked for.</summary>
internal sealed class AwsSetupException(Func<string, CredentialError> error) : Exception
{
    public CredentialError ErrorFor(string what) => error(what);
}
