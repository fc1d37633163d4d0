namespace Rekey.Aws.Profiles;

/// <summary>A named profile, as the config and the credentials file together describe it.</summary>
/// <param name="Name">Its name, without the word <c>profile</c>.</param>
/// <param name="Section">All of its keys.</param>
public sealed record AwsProfile(string Name, AwsSection Section)
{
    /// <summary>Any key, in lower case; null when it is absent or empty.</summary>
    public string? this[string key] => Section[key];

    /// <summary>The region of its work.</summary>
    public string? Region => this["region"];

    /// <summary>The role that it assumes on top of other credentials.</summary>
    public string? RoleArn => this["role_arn"];

    /// <summary>The profile whose credentials assume <see cref="RoleArn"/>.</summary>
    public string? SourceProfile => this["source_profile"];

    /// <summary>The session that it signs in through; null for the older form, which names the start URL itself.</summary>
    public string? SsoSession => this["sso_session"];

    /// <summary>The account of its role. A text: leading zeros count.</summary>
    public string? SsoAccountId => this["sso_account_id"];

    /// <summary>The role that it obtains through the session.</summary>
    public string? SsoRoleName => this["sso_role_name"];

    /// <summary>Whether it says anything about SSO.</summary>
    public bool IsSso => (SsoSession ?? SsoAccountId ?? SsoRoleName ?? this["sso_start_url"]) is not null;
}
