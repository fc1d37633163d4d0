namespace Rekey.Aws.Profiles;

/// <summary>What a human signs in to: an IAM Identity Center under the name that a configuration gives it.</summary>
public sealed record SsoSession
{
    /// <summary>The scope that is asked for when none is configured.</summary>
    public const string AccountAccess = "sso:account:access";

    /// <summary>The name of its <c>sso-session</c>; null for the older form, whose tokens cannot be renewed.</summary>
    public string? Name { get; init; }

    /// <summary>The start URL, exactly as it is configured: it names the token file of the older form.</summary>
    public required string StartUrl { get; init; }

    /// <summary>The region of the Identity Center, which need not be the region of the work.</summary>
    public required string Region { get; init; }

    /// <summary>The scopes as configured; empty when none are.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>What people call it.</summary>
    public string Label => Name ?? StartUrl;
}
