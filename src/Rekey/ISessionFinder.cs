namespace Rekey;

/// <summary>Finds the session that somebody means who knows no more than a profile, or the server whose tool has failed.</summary>
public interface ISessionFinder
{
    /// <summary>
    /// The session of <paramref name="profile"/>, else the one that <paramref name="server"/> runs on, else the one that the
    /// surroundings make clear. Throws <see cref="CredentialException"/> with the names to choose from when they do not.
    /// </summary>
    FoundSession Find(string? profile, string? server);
}

/// <summary>A session and how it was found.</summary>
/// <param name="Credential">What is obtained through the session; signing in goes to what it stands on.</param>
/// <param name="Profile">The name that people call it by.</param>
/// <param name="FoundBy">What made it clear: <c>parameter</c>, <c>mcp_config</c>, <c>environment</c>, <c>recent</c>, <c>default</c>.</param>
public sealed record FoundSession(ManagedCredential Credential, string Profile, string FoundBy);
