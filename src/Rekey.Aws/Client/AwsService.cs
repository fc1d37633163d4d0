namespace Rekey.Aws.Client;

/// <summary>One AWS service that speaks JSON 1.1, by the names that AWS gives it in different places.</summary>
/// <param name="Id">In configuration: <c>AWS_ENDPOINT_URL_SECRETS_MANAGER</c>, the services section of a profile.</param>
/// <param name="HostName">In host names and in signatures.</param>
/// <param name="Target">In front of an operation.</param>
/// <param name="Version">Of its interface.</param>
internal sealed record AwsService(string Id, string HostName, string Target, string Version)
{
    public static AwsService SecretsManager { get; } = new("Secrets Manager", "secretsmanager", "secretsmanager", "2017-10-17");

    public static AwsService ParameterStore { get; } = new("SSM", "ssm", "AmazonSSM", "2014-11-06");
}
