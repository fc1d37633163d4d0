namespace Rekey.Aws;

/// <summary>One of the separate worlds of AWS, with its own accounts and host names.</summary>
/// <param name="Name">In ARNs.</param>
/// <param name="DnsSuffix">Of its hosts.</param>
/// <param name="DualStackDnsSuffix">Of its hosts that also speak IPv6.</param>
/// <seealso href="https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html"/>
public sealed record AwsPartition(string Name, string DnsSuffix, string DualStackDnsSuffix)
{
    private static readonly (string Prefix, AwsPartition Partition)[] ByRegion =
    [
        ("cn-", new("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn")),
        ("us-gov-", new("aws-us-gov", "amazonaws.com", "api.aws")),
        ("us-isob-", new("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud")),
        ("us-isof-", new("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov")),
        ("eu-isoe-", new("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk")),
        ("us-iso-", new("aws-iso", "c2s.ic.gov", "api.aws.ic.gov")),
        ("eusc-", new("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu")),
    ];

    private static readonly AwsPartition Commercial = new("aws", "amazonaws.com", "api.aws");

    /// <summary>The partition that a region is in.</summary>
    public static AwsPartition Of(string region) =>
        Array.Find(ByRegion, known => region.StartsWith(known.Prefix, StringComparison.Ordinal)).Partition ?? Commercial;
}
