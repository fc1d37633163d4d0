namespace Rekey.Mcp.Tests.Serving;

/// <summary>Finds what a test put there.</summary>
internal sealed class ScriptedSessions : ISessionFinder
{
    public Dictionary<string, ManagedCredential> ByProfile { get; } = new(StringComparer.Ordinal);

    public FoundSession Find(string? profile, string? server)
    {
        var name = profile ?? server ?? "work";
        return ByProfile.TryGetValue(name, out var credential)
            ? new FoundSession(credential, name, profile is not null ? "parameter" : server is not null ? "mcp_config" : "environment")
            : throw new CredentialException(new CredentialError("PROFILE_NOT_FOUND", $"There is no profile '{name}'.", Retryable: false, "Name one of: work."));
    }
}
