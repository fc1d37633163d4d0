using System.Text.Json;

namespace Rekey.Vault;

/// <summary>Obtains a token by showing what a method of Vault wants to see.</summary>
internal sealed class VaultLogin(VaultAuth auth, string reference, VaultOptions options, VaultClient client, VaultInput input)
{
    private readonly WrappedSecretId _wrapped = new(reference, options, client, input);

    /// <summary>The reply that carries the token.</summary>
    public Task<VaultReply> LogInAsync(CancellationToken cancellationToken) => auth switch
    {
        AppRoleAuth role => AsRoleAsync(role, cancellationToken),
        JwtAuth jwt => WithJwtAsync(jwt, cancellationToken),
        _ => throw new NotSupportedException(),
    };

    private async Task<VaultReply> AsRoleAsync(AppRoleAuth auth, CancellationToken cancellationToken)
    {
        Secret? secretId = null;
        if (auth.SecretId is { } source)
        {
            secretId = await input.ReadAsync(source, auth.IsWrapped ? "wrapping_token" : "secret_id", cancellationToken).ConfigureAwait(false);
            if (auth.IsWrapped)
                secretId = await _wrapped.OpenAsync(secretId.Value, source.Reference, cancellationToken).ConfigureAwait(false);
        }
        return await LogInAsync(
            auth.Mount,
            json =>
            {
                json.WriteString("role_id", auth.RoleId);
                if (secretId is { } shown)
                    json.WriteString("secret_id", shown.Reveal());
            },
            "role id and secret id, how often and how long the latter may be used, and from where", cancellationToken).ConfigureAwait(false);
    }

    private async Task<VaultReply> WithJwtAsync(JwtAuth auth, CancellationToken cancellationToken)
    {
        var jwt = await input.ReadAsync(auth.Jwt, "jwt", cancellationToken).ConfigureAwait(false);
        return await LogInAsync(
            auth.Mount,
            json =>
            {
                json.WriteString("jwt", jwt.Reveal());
                if (auth.Role is { } role)
                    json.WriteString("role", role);
            },
            "the role, whom it is bound to, and whether the token is still valid and meant for Vault", cancellationToken).ConfigureAwait(false);
    }

    private async Task<VaultReply> LogInAsync(string mount, Action<Utf8JsonWriter> write, string what, CancellationToken cancellationToken)
    {
        var reply = (await client.LogInAsync(mount, write, cancellationToken).ConfigureAwait(false)).OrThrow(reference);
        return reply.IsSuccess ? reply : throw new CredentialException(VaultErrors.LoginRefused(reference, mount, reply.Status, what));
    }
}
