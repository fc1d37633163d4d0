namespace Rekey.Aws.Sso;

/// <summary>A part of AWS with domains of its own.</summary>
internal sealed record Partition(string Name, string Regions, string Domain, string DualStackDomain)
{
    private static readonly Partition[] Others =
    [
        new("aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        new("aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"),
        new("aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
        new("aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
        new("aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
        new("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
        new("aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    ];

    private static readonly Partition Common = new("aws", "", "amazonaws.com", "api.aws");

    /// <summary>The partition that a region is in; a region that nobody knows yet is in the common one.</summary>
    public static Partition Of(string region) => Array.Find(Others, p => region.StartsWith(p.Regions, StringComparison.Ordinal)) ?? Common;
}
