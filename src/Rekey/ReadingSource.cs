namespace Rekey;

/// <summary>A document of another source, read as a kind of credential.</summary>
/// <typeparam name="TCredential">What the document is read as.</typeparam>
public sealed class ReadingSource<TCredential>(CredentialSource<SecretDocument> inner, Func<SecretDocument, TCredential> read)
    : CredentialSource<TCredential>
    where TCredential : class, ICredential
{
    /// <inheritdoc/>
    public override string Reference => inner.Reference;

    /// <inheritdoc/>
    public override bool CanRotate => inner.CanRotate;

    /// <inheritdoc/>
    public override bool CanRevoke => inner.CanRevoke;

    /// <inheritdoc/>
    public override TimeSpan? PollInterval => inner.PollInterval;

    /// <inheritdoc/>
    public override TimeSpan? RetryInterval => inner.RetryInterval;

    /// <inheritdoc/>
    public override TimeSpan? PollIntervalOf(Lease<TCredential> lease) => inner.PollIntervalOf(lease.Over(lease.Credential.Document));

    /// <inheritdoc/>
    public override ValueTask<bool> HasNewsAsync(Lease<TCredential> lease, CancellationToken cancellationToken) =>
        inner.HasNewsAsync(lease.Over(lease.Credential.Document), cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken cancellationToken)
    {
        var current = request.Current is { } lease ? lease.Over(lease.Credential.Document) : null;
        var answer = await inner.FetchAsync(new FetchRequest<SecretDocument>(request.Trigger, current) { KeepsCurrent = request.KeepsCurrent, Asked = request.Asked }, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(answer).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>?> FetchPendingAsync(Lease<TCredential> refused, CancellationToken cancellationToken)
    {
        var answer = await inner.FetchPendingAsync(refused.Over(refused.Credential.Document), cancellationToken).ConfigureAwait(false);
        return answer is null ? null : await ReadAsync(answer).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>?> RenewAsync(Lease<TCredential> lease, CancellationToken cancellationToken)
    {
        var answer = await inner.RenewAsync(lease.Over(lease.Credential.Document), cancellationToken).ConfigureAwait(false);
        return answer?.As(lease.Credential); // the same lease: whatever the answer repeats of its content, nothing in it is new
    }

    /// <inheritdoc/>
    public override ValueTask RevokeAsync(Lease<TCredential> lease, CancellationToken cancellationToken) =>
        inner.RevokeAsync(lease.Over(lease.Credential.Document), cancellationToken);

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) => inner.Watch(changed);

    /// <inheritdoc/>
    public override CredentialError? Warning => inner.Warning;

    /// <inheritdoc/>
    public override CredentialError Invalid(CredentialError error) => inner.Invalid(error);

    private async ValueTask<SourceAnswer<TCredential>> ReadAsync(SourceAnswer<SecretDocument> answer)
    {
        try
        {
            return answer.As(read(answer.Credential));
        }
        catch (CredentialException e)
        {
            await inner.GiveBackAsync(answer).ConfigureAwait(false);
            throw new CredentialException(inner.Invalid(e.Error));
        }
    }
}
