namespace Rekey.Slack;

/// <summary>Tells the registry every secret of one credential before its first use.</summary>
internal sealed class SlackSecrets(ISecretRegistry? registry, string credential)
{
    public Secret Learn(string field, Secret value)
    {
        if (!value.IsEmpty)
            registry?.Register(credential, field, value);
        return value;
    }

    /// <summary>A cookie is known to others in two spellings.</summary>
    public Secret LearnCookie(Secret encoded)
    {
        Learn(SlackFields.Cookie, SlackCookie.Raw(encoded));
        return Learn(SlackFields.Cookie, encoded);
    }
}
