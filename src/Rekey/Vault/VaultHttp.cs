namespace Rekey.Vault;

/// <summary>Single calls to Vault, each bounded in time, size and repetitions.</summary>
internal sealed class VaultHttp(VaultOptions options)
{
    private const int MaxBytes = SecretDocument.MaxBytes;
    private const int MostAttempts = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(12); // a database may take its time to make a login
    private static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(100);

    private readonly BoundedHttp _http = new(options.Http, Limit, MaxBytes, options.Time);
    private readonly string _root = options.Address.AbsoluteUri.TrimEnd('/') + "/v1/";
    private readonly string _server = options.Address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>Sends the call, and again where a node has not yet seen what another has written.</summary>
    public async Task<VaultReply> SendAsync(VaultCall call, CancellationToken cancellationToken)
    {
        var address = new Uri(_root + call.Escaped);
        call = call with { Namespace = call.Namespace ?? options.Namespace };
        for (var attempt = 1; ; attempt++)
        {
            var answer = await SendAsync(call, address, cancellationToken).ConfigureAwait(false);
            if (answer.Status != 412 || attempt == MostAttempts)
                return VaultReply.Read(answer) with { Server = _server };
            await Task.Delay(CatchUp * attempt, options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpAnswer> SendAsync(VaultCall call, Uri address, CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(call.To(address), cancellationToken).ConfigureAwait(false);
        return answer.Status is 307 or 308 && Leader(address, answer.Headers?.Location) is { } leader
            ? await _http.SendAsync(call.To(leader), cancellationToken).ConfigureAwait(false)
            : answer;
    }

    // A standby names the node that is active. The token goes along, so it must be the same question to another host, no less protected.
    private Uri? Leader(Uri asked, Uri? named)
    {
        if (named is null || !Uri.TryCreate(asked, named, out var leader))
            return null;
        var isSafe = leader.Scheme == asked.Scheme && options.Admits(leader) && leader.UserInfo.Length == 0;
        return isSafe && leader.PathAndQuery == asked.PathAndQuery ? leader : null;
    }
}
