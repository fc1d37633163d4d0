namespace Rekey.OAuth;

/// <summary>Where one call goes.</summary>
/// <param name="Address">The address.</param>
/// <param name="Authentication">How the client proves who it is there.</param>
/// <param name="IsRemembered">Whether the address comes from a discovery document that was read a while ago.</param>
internal sealed record OAuthEndpoint(Uri Address, OAuthClientAuthentication Authentication, bool IsRemembered);
