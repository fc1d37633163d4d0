namespace Rekey.Http;

/// <summary>Proves a value by reading one address with it. No redirect is followed: it would carry the value elsewhere.</summary>
public static class HttpVerifier
{
    private const int MaxBytes = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6); // within the time that a verification has

    /// <summary>Makes the verifier. Throws when the address or the header is not one that may carry a value.</summary>
    public static CredentialVerifier<SecretValue> For(HttpVerifierOptions options)
    {
        if (!Admits(options.Address))
            throw new ArgumentException("A value travels by https, or in the clear to this machine alone.", nameof(options));
        if (!HeaderText.IsName(options.Header) || !HeaderText.IsPrefix(options.Prefix))
            throw new ArgumentException("The header cannot carry a value.", nameof(options));
        var http = new BoundedHttp(options.Http, Limit, MaxBytes, options.Time);
        return async (credential, cancellationToken) =>
            HeaderText.Problem(credential.Value) is { } problem
                ? Verification.Refused(HttpErrors.NotPresentable(options, problem))
                : HttpJudgement.Of(await http.SendAsync(Request(options, credential.Value), cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>Whether a value may travel there: by <c>https</c>, or in the clear to this machine alone.</summary>
    public static bool Admits(Uri address) =>
        address is { IsAbsoluteUri: true, UserInfo: "", Fragment: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>Whether a header of this name can carry a value.</summary>
    public static bool CanCarry(string header) => HeaderText.IsName(header);

    /// <summary>Whether this can stand before a value in a header.</summary>
    public static bool CanPrecede(string prefix) => HeaderText.IsPrefix(prefix);

    private static HttpRequestMessage Request(HttpVerifierOptions options, Secret value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, options.Address);
        request.Headers.UserAgent.ParseAdd("rekey"); // some services refuse a client without a name
        request.Headers.Remove(options.Header);
        request.Headers.TryAddWithoutValidation(options.Header, options.Prefix + value.Reveal());
        return request;
    }
}
