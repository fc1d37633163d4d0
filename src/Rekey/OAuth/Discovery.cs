namespace Rekey.OAuth;

/// <summary>Reads the document in which an issuer says where its endpoints are: OpenID Connect Discovery's, else that of RFC 8414.</summary>
internal sealed class Discovery(string reference, Uri issuer, OAuthHttp http)
{
    public async Task<ServerMetadata> ReadAsync(CancellationToken cancellationToken)
    {
        CredentialError? problem = null;
        foreach (var address in Addresses())
        {
            var reply = await http.GetAsync(address, cancellationToken).ConfigureAwait(false);
            if (reply.Fault is { IsPassing: true } fault)
                throw new CredentialException(OAuthErrors.Passing(fault, reference, "its discovery document"));
            if (reply.Fault is not null)
                continue;
            // Whoever may name the endpoints gets the secrets: only the issuer itself may, by its exact name (RFC 8414, 3.3).
            if (reply.Body.Text("issuer") == issuer.OriginalString)
                return ServerMetadata.Read(reply.Body);
            problem ??= OAuthErrors.Setting(
                reference, "its discovery document is that of another issuer", "Write issuer exactly as its discovery document does, to the last slash.");
        }
        throw new CredentialException(problem ?? OAuthErrors.Setting(
            reference, "there is no discovery document of its issuer", "Correct issuer, or configure the endpoints without it."));
    }

    // The one stands behind the path of the issuer, the other between its host and its path.
    private IEnumerable<Uri> Addresses()
    {
        var host = issuer.GetLeftPart(UriPartial.Authority);
        var path = issuer.AbsolutePath.TrimEnd('/');
        yield return new Uri($"{host}{path}/.well-known/openid-configuration");
        yield return new Uri($"{host}/.well-known/oauth-authorization-server{path}");
    }
}
