namespace Rekey.Aws;

/// <summary>A role that is assumed on top of a session.</summary>
/// <param name="Arn">Which.</param>
/// <param name="SessionName">How the session of the role is called in the logs of AWS.</param>
/// <param name="ExternalId">What the role's trust policy may ask for.</param>
/// <param name="Duration">How long a session of the role lasts; null for AWS's own default.</param>
public sealed record AwsAssumedRole(string Arn, string SessionName, string? ExternalId, TimeSpan? Duration);
