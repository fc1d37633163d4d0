using System.Diagnostics.CodeAnalysis;

namespace Rekey.Aws;

/// <summary>An Amazon resource name: <c>arn:partition:service:region:account:resource</c>.</summary>
internal sealed record AwsArn(string Partition, string Service, string Region, string Account, string Resource)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out AwsArn? arn)
    {
        arn = text.Split(':', 6) is ["arn", var partition, var service, var region, var account, var resource]
            ? new AwsArn(partition, service, region, account, resource)
            : null;
        return arn is not null;
    }

    public override string ToString() => $"arn:{Partition}:{Service}:{Region}:{Account}:{Resource}";
}
