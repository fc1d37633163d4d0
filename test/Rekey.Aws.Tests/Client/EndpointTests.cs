using Rekey.Aws.Client;

namespace Rekey.Aws.Tests.Client;

/// <summary>The addresses by the rule sets that AWS publishes.</summary>
public sealed class EndpointTests
{
    [Theory]
    [InlineData("us-east-1", false, false, "https://secretsmanager.us-east-1.amazonaws.com")]
    [InlineData("us-east-1", true, false, "https://secretsmanager-fips.us-east-1.amazonaws.com")]
    [InlineData("us-east-1", false, true, "https://secretsmanager.us-east-1.amazonaws.com")]
    [InlineData("us-east-1", true, true, "https://secretsmanager-fips.us-east-1.amazonaws.com")]
    [InlineData("us-gov-west-1", true, true, "https://secretsmanager-fips.us-gov-west-1.amazonaws.com")]
    [InlineData("cn-north-1", false, false, "https://secretsmanager.cn-north-1.amazonaws.com.cn")]
    [InlineData("cn-north-1", false, true, "https://secretsmanager.cn-north-1.amazonaws.com.cn")]
    [InlineData("cn-north-1", true, true, "https://secretsmanager-fips.cn-north-1.api.amazonwebservices.com.cn")]
    [InlineData("eusc-de-east-1", false, true, "https://secretsmanager.eusc-de-east-1.api.amazonwebservices.eu")]
    [InlineData("us-iso-east-1", false, false, "https://secretsmanager.us-iso-east-1.c2s.ic.gov")]
    public void Secrets_Manager_is_there(string region, bool fips, bool dualStack, string address) =>
        Assert.Equal(address, AwsEndpoints.Of(AwsService.SecretsManager, region, fips, dualStack));

    [Theory]
    [InlineData("eu-west-3", false, false, "https://ssm.eu-west-3.amazonaws.com")]
    [InlineData("eu-west-3", true, false, "https://ssm-fips.eu-west-3.amazonaws.com")]
    [InlineData("eu-west-3", false, true, "https://ssm.eu-west-3.api.aws")]
    [InlineData("us-gov-west-1", true, false, "https://ssm.us-gov-west-1.amazonaws.com")]
    [InlineData("cn-north-1", false, false, "https://ssm.cn-north-1.amazonaws.com.cn")]
    public void Parameter_Store_is_there(string region, bool fips, bool dualStack, string address) =>
        Assert.Equal(address, AwsEndpoints.Of(AwsService.ParameterStore, region, fips, dualStack));

    [Fact]
    public void Our_partitions_are_those_of_the_SDK()
    {
        foreach (var region in new[] { "eu-central-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1" })
        {
            var theirs = Amazon.Runtime.Internal.Endpoints.StandardLibrary.Fn.Partition(region);
            var ours = AwsPartition.Of(region);

            Assert.Equal((theirs.name, theirs.dnsSuffix, theirs.dualStackDnsSuffix), (ours.Name, ours.DnsSuffix, ours.DualStackDnsSuffix));
        }
    }
}
