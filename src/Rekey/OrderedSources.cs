namespace Rekey;

/// <summary>Several sources in order: an unavailable one lets the next try, once nothing of its own is good any longer; a refusal stops.</summary>
/// <typeparam name="TCredential">What the sources deliver.</typeparam>
public sealed class OrderedSources<TCredential>(IReadOnlyList<CredentialSource<TCredential>> sources) : CredentialSource<TCredential>
    where TCredential : class, ICredential
{
    /// <inheritdoc/>
    public override string Reference => string.Join(", ", sources.Select(static s => s.Reference));

    /// <inheritdoc/>
    public override bool CanRotate => sources.Any(static s => s.CanRotate);

    /// <inheritdoc/>
    public override bool CanRevoke => sources.Any(static s => s.CanRevoke);

    /// <inheritdoc/>
    public override TimeSpan? PollInterval => sources.Min(static s => s.PollInterval);

    /// <summary>As often as the quickest of them, where none of those that are asked along with it minds.</summary>
    public override TimeSpan? RetryInterval =>
        sources.All(static s => s.RetryInterval is not null || !s.CanRotate) ? sources.Min(static s => s.RetryInterval) : null;

    /// <inheritdoc/>
    public override TimeSpan? PollIntervalOf(Lease<TCredential> lease) => IssuerOf(lease)?.PollIntervalOf(lease);

    /// <inheritdoc/>
    public override ValueTask<bool> HasNewsAsync(Lease<TCredential> lease, CancellationToken cancellationToken) =>
        IssuerOf(lease)?.HasNewsAsync(lease, cancellationToken) ?? default;

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var answer = await sources[i].FetchAsync(request, cancellationToken).ConfigureAwait(false);
                return answer with { Source = answer.Source ?? sources[i].Reference, IsFallback = i > 0 || answer.IsFallback };
            }
            catch (CredentialException e) when (e.Error.Kind is FailureKind.Unavailable && !request.KeepsCurrent && i < sources.Count - 1)
            {
                // The next one tries; status says later which one answered.
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>?> FetchPendingAsync(Lease<TCredential> refused, CancellationToken cancellationToken)
    {
        if (IssuerOf(refused) is not { } issuer)
            return null;
        var answer = await issuer.FetchPendingAsync(refused, cancellationToken).ConfigureAwait(false);
        return answer is null ? null : answer with { Source = answer.Source ?? issuer.Reference, IsFallback = issuer != sources[0] || answer.IsFallback };
    }

    /// <inheritdoc/>
    public override ValueTask<SourceAnswer<TCredential>?> RenewAsync(Lease<TCredential> lease, CancellationToken cancellationToken) =>
        IssuerOf(lease)?.RenewAsync(lease, cancellationToken) ?? default;

    /// <inheritdoc/>
    public override ValueTask RevokeAsync(Lease<TCredential> lease, CancellationToken cancellationToken) =>
        IssuerOf(lease)?.RevokeAsync(lease, cancellationToken) ?? default;

    /// <inheritdoc/>
    public override CredentialError? Warning => sources.Select(static s => s.Warning).FirstOrDefault(static warning => warning is not null);

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) => Watches.Over(sources, changed);

    private CredentialSource<TCredential>? IssuerOf(Lease<TCredential> lease) =>
        sources.FirstOrDefault(s => s.Reference == lease.Source);
}
