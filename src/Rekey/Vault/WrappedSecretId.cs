namespace Rekey.Vault;

/// <summary>A secret id that is delivered inside a token which opens once. What was in it is kept for later logins, in memory alone.</summary>
internal sealed class WrappedSecretId(string reference, VaultOptions options, VaultClient client, VaultInput input)
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private Secret _wrapping;
    private Secret _opened;

    public async Task<Secret> OpenAsync(Secret wrapping, string given, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_opened.IsEmpty || _wrapping != wrapping)
                (_opened, _wrapping) = (await UnwrapAsync(wrapping, given, cancellationToken).ConfigureAwait(false), wrapping);
            return _opened;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<Secret> UnwrapAsync(Secret wrapping, string given, CancellationToken cancellationToken)
    {
        var reply = (await client.UnwrapAsync(wrapping, cancellationToken).ConfigureAwait(false)).OrThrow(reference);
        if (!reply.IsSuccess)
            throw new CredentialException(VaultErrors.WrappingUsed(reference, given));
        if (reply.Data.Text("secret_id") is not { } text)
            throw new CredentialException(VaultErrors.Unexpected(reference, $"the token from {given} wraps no secret id"));
        VaultLog.Unwrapped(options.Logger, reference);
        return input.Learn("secret_id", new Secret(text));
    }
}
