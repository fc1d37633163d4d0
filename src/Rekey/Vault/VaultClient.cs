using System.Text.Json;

namespace Rekey.Vault;

/// <summary>What can be asked of Vault.</summary>
internal sealed class VaultClient(VaultOptions options)
{
    private readonly VaultHttp _http = new(options);

    public Task<VaultReply> LogInAsync(string mount, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        _http.SendAsync(VaultCall.Put($"auth/{mount.Trim('/')}/login", token: null, write), cancellationToken);

    /// <summary>Opens what a token wraps. That token is then used up.</summary>
    public Task<VaultReply> UnwrapAsync(Secret wrapping, CancellationToken cancellationToken) =>
        _http.SendAsync(VaultCall.Put("sys/wrapping/unwrap", wrapping, Nothing), cancellationToken);

    public Task<VaultReply> LookUpAsync(VaultToken token, CancellationToken cancellationToken) =>
        _http.SendAsync(VaultCall.Get("auth/token/lookup-self", token), cancellationToken);

    public Task<VaultReply> RenewAsync(VaultToken token, TimeSpan? by, CancellationToken cancellationToken) =>
        _http.SendAsync(VaultCall.Put("auth/token/renew-self", token.Value, json => WriteIncrement(json, by)), cancellationToken);

    public Task<VaultReply> RevokeAsync(VaultToken token, CancellationToken cancellationToken) =>
        _http.SendAsync(VaultCall.Put("auth/token/revoke-self", token.Value, Nothing), cancellationToken);

    /// <summary>What is mounted where the path begins.</summary>
    public Task<VaultReply> MountAsync(string path, VaultToken token, string? space, CancellationToken cancellationToken) =>
        _http.SendAsync(VaultCall.Get($"sys/internal/ui/mounts/{path}", token) with { Namespace = space }, cancellationToken);

    public Task<VaultReply> ReadAsync(string path, VaultToken token, string? space, CancellationToken cancellationToken) =>
        _http.SendAsync(VaultCall.Get(path, token) with { Namespace = space }, cancellationToken);

    public Task<VaultReply> RenewAsync(string lease, TimeSpan? by, VaultToken token, string? space, CancellationToken cancellationToken)
    {
        var call = VaultCall.Put("sys/leases/renew", token.Value, json =>
        {
            json.WriteString("lease_id", lease);
            WriteIncrement(json, by);
        });
        return _http.SendAsync(call with { Namespace = space }, cancellationToken);
    }

    public Task<VaultReply> RevokeAsync(string lease, VaultToken token, string? space, CancellationToken cancellationToken)
    {
        var call = VaultCall.Put("sys/leases/revoke", token.Value, json => json.WriteString("lease_id", lease));
        return _http.SendAsync(call with { Namespace = space }, cancellationToken);
    }

    private static void Nothing(Utf8JsonWriter json)
    {
    }

    private static void WriteIncrement(Utf8JsonWriter json, TimeSpan? by)
    {
        if (by is { } life)
            json.WriteNumber("increment", (long)life.TotalSeconds);
    }
}
