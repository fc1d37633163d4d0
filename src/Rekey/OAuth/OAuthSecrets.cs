namespace Rekey.OAuth;

/// <summary>Tells the registry every secret of one session before its first use.</summary>
internal sealed class OAuthSecrets(ISecretRegistry? registry, string credential)
{
    public Secret Learn(string field, Secret value)
    {
        if (!value.IsEmpty)
            registry?.Register(credential, field, value);
        return value;
    }

    public SessionState Learn(SessionState state)
    {
        foreach (var (field, value) in state.Fields)
            Learn(field, value);
        return state;
    }
}
