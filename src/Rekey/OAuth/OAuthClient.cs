using System.Net.Http.Headers;
using System.Text;

namespace Rekey.OAuth;

/// <summary>Who asks, and what proves it.</summary>
internal sealed record OAuthClient
{
    private OAuthClient(string id, Secret? secret, Secret? basic) => (Id, ClientSecret, Basic) = (id, secret, basic);

    public string Id { get; }

    public Secret? ClientSecret { get; }

    private Secret? Basic { get; }

    /// <summary>Throws <c>SECRET_INVALID</c> when something that the calls need is missing.</summary>
    public static OAuthClient Read(OAuthOptions options, SecretDocument configured, OAuthSecrets secrets)
    {
        var problems = new List<string>();
        var id = options.ClientId ?? ConfiguredValues.Find(configured, TokenFields.ClientId, problems)?.Reveal();
        var secret = ConfiguredValues.Find(configured, TokenFields.ClientSecret, problems);
        if (id is null && problems.Count == 0)
            problems.Add($"{TokenFields.ClientId}: missing, and so is clientId in the configuration");
        if (secret is null && problems.Count == 0 && NeedsSecret(options))
            problems.Add($"{TokenFields.ClientSecret}: missing");
        if (problems.Count > 0)
            throw new CredentialException(CredentialErrors.SecretInvalid(ConfiguredValues.Of(options), problems));
        if (secret is not { } value)
            return new OAuthClient(id!, null, null);
        secrets.Learn(TokenFields.ClientSecret, value);
        return new OAuthClient(id!, value, secrets.Learn(TokenFields.ClientSecret, Encoded(id!, value)));
    }

    /// <summary>How it proves who it is where the operator leaves that open.</summary>
    public OAuthClientAuthentication Way(OAuthClientAuthentication configured, bool takesOnlyPost) => configured switch
    {
        not OAuthClientAuthentication.Auto => configured,
        _ when ClientSecret is null => OAuthClientAuthentication.None,
        _ => takesOnlyPost ? OAuthClientAuthentication.Post : OAuthClientAuthentication.Basic,
    };

    public void Authenticate(OAuthClientAuthentication way, HttpRequestMessage request, Dictionary<string, string> form)
    {
        if (way is OAuthClientAuthentication.Basic)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Basic!.Value.Reveal());
            return;
        }
        form[TokenFields.ClientId] = Id;
        if (way is OAuthClientAuthentication.Post)
            form[TokenFields.ClientSecret] = ClientSecret!.Value.Reveal();
    }

    private static bool NeedsSecret(OAuthOptions options) =>
        options.Grant is OAuthGrant.ClientCredentials || options.Authentication is OAuthClientAuthentication.Basic or OAuthClientAuthentication.Post;

    // Each half is encoded as in a form first (RFC 6749, 2.3.1): a colon in an id would end it otherwise.
    private static Secret Encoded(string id, Secret secret) =>
        new(Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret.Reveal())}")));
}
