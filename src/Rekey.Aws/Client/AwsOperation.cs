namespace Rekey.Aws.Client;

/// <summary>An operation, the permission that it takes, and what to look at when it finds nothing.</summary>
internal sealed record AwsOperation(string Name, string Permission, string Settings);
