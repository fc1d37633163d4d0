namespace Rekey.Aws.Sso;

/// <summary>A role that the portal hands out.</summary>
/// <param name="Profile">The profile that names it.</param>
/// <param name="Account">The account it is in.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Region">The region of the profile's work.</param>
public sealed record SsoRole(string Profile, string Account, string Name, string? Region);
