using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace Rekey.Aws.Client;

/// <summary>Where a service is, by the rule sets that AWS publishes for these two.</summary>
internal static class AwsEndpoints
{
    // The partitions in which Secrets Manager answers both kinds of addresses under its one name.
    private static readonly string[] DualUnderOneName = ["aws", "aws-cn", "aws-us-gov"];

    public static string Of(AwsService service, string region, bool fips, bool dualStack)
    {
        var partition = Fn.Partition(region);
        if (partition is null || (fips && !partition.supportsFIPS) || (dualStack && !partition.supportsDualStack))
            throw new AwsSetupException(what => AwsErrors.EndpointInvalid(what, $"{region} has no {(fips ? "FIPS" : dualStack ? "dual-stack" : "known")} endpoint of it"));
        var name = partition.name;
        return service == AwsService.SecretsManager
            ? Host("secretsmanager", fips, dualStack && !(DualUnderOneName.Contains(name) && !(name == "aws-cn" && fips)))
            : Host("ssm", fips && (name != "aws-us-gov" || dualStack), dualStack);

        string Host(string host, bool ownName, bool otherSuffix) =>
            $"https://{host}{(ownName ? "-fips" : "")}.{region}.{(otherSuffix ? partition.dualStackDnsSuffix : partition.dnsSuffix)}";
    }
}
