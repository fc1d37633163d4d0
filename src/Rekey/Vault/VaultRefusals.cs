namespace Rekey.Vault;

/// <summary>Whose fault it is that Vault refuses to answer.</summary>
internal enum RefusalOf
{
    /// <summary>The token has ended; there is another one, or there will be.</summary>
    Token,

    /// <summary>The token is good: it may not do this.</summary>
    Policy,

    /// <summary>Nobody can tell, because the token may not be asked about.</summary>
    Unknown,
}

/// <summary>Asks Vault whose fault a refusal is, and lets a token go that has ended.</summary>
internal sealed class VaultRefusals(string reference, ManagedCredential<VaultToken> tokens, VaultClient client, VaultOptions options)
{
    // Logging in again and again would help nobody, and take everything away that stands on the token.
    private static readonly TimeSpan LogInsApart = TimeSpan.FromMinutes(5);

    private volatile Doubt? _doubt;

    /// <summary>Of a reading with <paramref name="token"/>.</summary>
    public async Task<RefusalOf> JudgeAsync(Lease<VaultToken> token, CancellationToken cancellationToken)
    {
        if (token.IsRejected || tokens.Active != token)
            return RefusalOf.Token;
        var doubt = _doubt;
        if (doubt?.Token == token)
            return RefusalOf.Unknown;
        if (await IsAcceptedAsync(token, cancellationToken).ConfigureAwait(false))
            return RefusalOf.Policy;
        if (doubt is not null && !doubt.Ends.HasCome(options.Time))
            return RefusalOf.Unknown;
        VaultLog.TokenDied(options.Logger, reference, tokens.Name);
        tokens.Reject(token);
        return RefusalOf.Token;
    }

    /// <summary>Of the same reading with the <paramref name="next"/> token. It is unlikely to have ended too, and nothing was lost if it has.</summary>
    public async Task<RefusalOf> JudgeAgainAsync(Lease<VaultToken> next, CancellationToken cancellationToken)
    {
        if (_doubt?.Token == next)
            return RefusalOf.Unknown;
        if (await IsAcceptedAsync(next, cancellationToken).ConfigureAwait(false))
            return RefusalOf.Policy;
        VaultLog.LooksUpInVain(options.Logger, reference);
        _doubt = new Doubt(next, Moment.Now(options.Time).Plus(LogInsApart, options.Time));
        return RefusalOf.Unknown;
    }

    private async Task<bool> IsAcceptedAsync(Lease<VaultToken> token, CancellationToken cancellationToken) =>
        (await client.LookUpAsync(token.Credential, cancellationToken).ConfigureAwait(false)).OrThrow(reference).Status != 403;

    private sealed record Doubt(Lease<VaultToken> Token, Moment Ends);
}
