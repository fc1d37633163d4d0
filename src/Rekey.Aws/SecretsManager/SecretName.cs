namespace Rekey.Aws.SecretsManager;

/// <summary>How a secret is asked for: by its name or its ARN, as the operator wrote it.</summary>
/// <remarks>
/// AWS takes a partial ARN (without the six characters that it appended itself) unless the name itself ends in a hyphen and six
/// characters: then it takes the ARN for a complete one and finds nothing. Such a secret is asked for by its plain name, which only
/// means the caller's own account, so that the account of the answer must be that of the ARN.
/// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
/// </remarks>
internal sealed record SecretName(string Text)
{
    private const string ResourceType = "secret:";
    private const int SuffixLength = 6;

    public AwsArn? Arn { get; } = AwsArn.TryParse(Text, out var arn) ? arn : null;

    public string? Region => Arn?.Region;

    /// <summary>The plain name to ask for when the ARN finds nothing; null where it would mean nothing else.</summary>
    public string? PlainName => Arn is { } arn && arn.Resource.StartsWith(ResourceType, StringComparison.Ordinal) && EndsLikeAnArn(arn.Resource)
        ? arn.Resource[ResourceType.Length..]
        : null;

    /// <summary>Whether the ARN of an answer belongs to the account that was meant.</summary>
    public bool IsOfAccount(string? answered) =>
        Arn is null || (answered is not null && AwsArn.TryParse(answered, out var other) && other.Account == Arn.Account);

    private static bool EndsLikeAnArn(string name) =>
        name.Length > SuffixLength + 1 && name[^(SuffixLength + 1)] == '-'
        && name[^SuffixLength..].All(char.IsAsciiLetterOrDigit);
}
