namespace Rekey.Aws;

/// <summary>Keys with which a client signs its requests to AWS.</summary>
public sealed record AwsSessionCredential : ICredential
{
    /// <summary>The access key id: the public half of the pair.</summary>
    public required Secret AccessKeyId { get; init; }

    /// <summary>The secret access key.</summary>
    public required Secret SecretAccessKey { get; init; }

    /// <summary>The session token; empty for long-lived keys.</summary>
    public Secret SessionToken { get; init; }

    /// <summary>The region that the profile names for its work.</summary>
    public string? Region { get; init; }

    /// <inheritdoc/>
    public SecretDocument Document => SecretDocument.FromFields(Fields());

    private IEnumerable<KeyValuePair<string, Secret>> Fields()
    {
        yield return new("access_key_id", AccessKeyId);
        yield return new("secret_access_key", SecretAccessKey);
        if (!SessionToken.IsEmpty)
            yield return new("session_token", SessionToken);
        if (Region is { } region)
            yield return new("region", new Secret(region));
    }
}
