namespace Rekey.Aws.Sso;

/// <summary>Tells the registry every secret of one session before its first use.</summary>
internal sealed class SsoSecrets(ISecretRegistry? registry, string credential)
{
    public Secret Learn(string field, Secret value)
    {
        if (!value.IsEmpty)
            registry?.Register(credential, field, value);
        return value;
    }

    public CachedToken Learn(CachedToken token)
    {
        Learn("access_token", token.AccessToken);
        Learn("client_secret", token.ClientSecret ?? default);
        Learn("refresh_token", token.RefreshToken ?? default);
        return token;
    }
}
