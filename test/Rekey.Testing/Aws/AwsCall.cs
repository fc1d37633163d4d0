namespace Rekey.Testing.Aws;

/// <summary>A call that a server received: names only, never a value.</summary>
public sealed record AwsCall(string Operation, string? AccessKeyId)
{
    /// <summary>The secret, the parameter or the role that was asked for, as the caller named it.</summary>
    public string? Resource { get; init; }

    public string? VersionStage { get; init; }

    public string? VersionId { get; init; }
}
