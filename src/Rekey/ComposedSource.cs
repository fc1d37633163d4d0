namespace Rekey;

/// <summary>
/// A document made field by field from other sources. Each source is asked once for all the fields that come from it, so that
/// fields of one secret never tear. One of them may issue a lease: the whole is then extended and ended as that lease is.
/// </summary>
public sealed class ComposedSource : CredentialSource<SecretDocument>
{
    private readonly IReadOnlyDictionary<string, (CredentialSource<SecretDocument> Source, string? Field)> _parts;
    private readonly CredentialSource<SecretDocument>[] _sources;
    private readonly CredentialSource<SecretDocument>? _only;
    private volatile CredentialSource<SecretDocument>? _issuer;
    private volatile SourceAnswer<SecretDocument>[] _last = [];

    /// <summary>Composes the named <paramref name="parts"/>; a part without a field is the whole content of its source.</summary>
    public ComposedSource(IReadOnlyDictionary<string, (CredentialSource<SecretDocument> Source, string? Field)> parts)
    {
        _parts = parts;
        _sources = [.. parts.Values.Select(static part => part.Source).Distinct()];
        _issuer = _only = _sources.Length == 1 ? _sources[0] : null;
        Reference = string.Join(", ", parts.Select(static part => $"{part.Key}: {NameOf(part.Value.Source, part.Value.Field)}"));
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override bool CanRotate => _sources.Any(static s => s.CanRotate);

    /// <inheritdoc/>
    public override bool CanRevoke => _sources.Any(static s => s.CanRevoke);

    /// <inheritdoc/>
    public override TimeSpan? PollInterval => _sources.Min(static s => s.PollInterval);

    /// <summary>As often as the quickest of them, where none of those that are asked along with it minds.</summary>
    public override TimeSpan? RetryInterval =>
        _sources.All(static s => s.RetryInterval is not null || !s.CanRotate) ? _sources.Min(static s => s.RetryInterval) : null;

    /// <summary>Looks at the parts beside the lease. What cannot be read now is no news: it is told when the lease is due.</summary>
    public override async ValueTask<bool> HasNewsAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken)
    {
        var look = new FetchRequest<SecretDocument>(RefreshTrigger.Schedule, null);
        foreach (var (source, before) in _sources.Zip(_last).Where(pair => pair.First != _issuer))
        {
            try
            {
                var now = await source.FetchAsync(look, cancellationToken).ConfigureAwait(false);
                if (Fingerprint.Of(now.Credential) != Fingerprint.Of(before.Credential))
                    return true;
            }
            catch (CredentialException)
            {
            }
        }
        return false;
    }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        async Task<SourceAnswer<SecretDocument>> Ask(CredentialSource<SecretDocument> source) =>
            await source.FetchAsync(request, cancellationToken).ConfigureAwait(false);

        Task<SourceAnswer<SecretDocument>>[] asked = [.. _sources.Select(Ask)];
        try
        {
            return Composed(await Task.WhenAll(asked).ConfigureAwait(false));
        }
        catch
        {
            // All have ended, and what the others have issued is of no use alone.
            for (var i = 0; i < asked.Length; i++)
            {
                if (asked[i].IsCompletedSuccessfully)
                    await _sources[i].GiveBackAsync(await asked[i].ConfigureAwait(false)).ConfigureAwait(false);
            }
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>?> FetchPendingAsync(Lease<SecretDocument> refused, CancellationToken cancellationToken)
    {
        // Which of several sources is in the middle of a rotation cannot be told: their fields are not mixed on a guess.
        var answer = _only is null ? null : await _only.FetchPendingAsync(refused, cancellationToken).ConfigureAwait(false);
        return answer is null ? null : Composed([answer]);
    }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>?> RenewAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken)
    {
        var answer = _issuer is { } issuer ? await issuer.RenewAsync(lease, cancellationToken).ConfigureAwait(false) : null;
        return answer?.As(lease.Credential);
    }

    /// <inheritdoc/>
    public override ValueTask RevokeAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken) =>
        _issuer?.RevokeAsync(lease, cancellationToken) ?? default;

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) => Watches.Over(_sources, changed);

    /// <inheritdoc/>
    public override CredentialError? Warning => _sources.Select(static s => s.Warning).FirstOrDefault(static warning => warning is not null);

    /// <inheritdoc/>
    public override CredentialError Invalid(CredentialError error) => _only?.Invalid(error) ?? error;

    private SourceAnswer<SecretDocument> Composed(SourceAnswer<SecretDocument>[] answers)
    {
        var document = Compose(answers);
        if (_only is not null)
            return answers[0].As(document);
        var bound = Bound(answers);
        _last = answers;
        if (bound?.LeaseId is not null)
            _issuer = _sources[Array.IndexOf(answers, bound)];
        return new SourceAnswer<SecretDocument>(document)
        {
            TimeToLive = answers.Min(static a => a.TimeToLive is { Ticks: > 0 } life ? life : (TimeSpan?)null),
            ExpiresAt = answers.Min(static a => a.ExpiresAt),
            ChangesIn = answers.Min(static a => a.ChangesIn is { Ticks: > 0 } change ? change : (TimeSpan?)null),
            // An extension moves the end of the lease, and of nothing else.
            IsRenewable = bound is { IsRenewable: true } && answers.All(a => ReferenceEquals(a, bound) || !HasEnd(a)),
            LeaseId = bound?.LeaseId,
            StandsOn = bound?.StandsOn,
            Bond = bound?.Bond,
            IsFallback = answers.Any(static a => a.IsFallback),
        };
    }

    // The answer whose end is the end of the whole: the lease, else the only one that dies with what it stands on.
    private SourceAnswer<SecretDocument>? Bound(SourceAnswer<SecretDocument>[] answers)
    {
        var leases = answers.Where(static a => a.LeaseId is not null).ToList();
        var bound = leases.Count > 0 ? leases : [.. answers.Where(static a => a is { StandsOn: not null, Bond: not ParentBond.Access })];
        return leases.Count <= 1
            ? bound.Count == 1 ? bound[0] : null
            : throw new CredentialException(CredentialErrors.SourceRefused(
                Reference, "two of its parts are leases, which nobody could extend and end as one", "Make them two credentials."));
    }

    private static bool HasEnd(SourceAnswer<SecretDocument> answer) => answer.TimeToLive is { Ticks: > 0 } || answer.ExpiresAt is not null;

    // All that is wrong is said at once; the name of the part stands for the name of the field in its source.
    private SecretDocument Compose(SourceAnswer<SecretDocument>[] answers)
    {
        var fields = new Dictionary<string, Secret>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var (name, (source, field)) in _parts)
        {
            var document = answers[Array.IndexOf(_sources, source)].Credential;
            if (SecretValueReader.TryRead(document, field, out var value, out var problem))
                fields[name] = value;
            else
                problems.Add($"{name}: {problem}");
        }
        return problems.Count == 0
            ? SecretDocument.FromFields(fields)
            : throw new CredentialException(CredentialErrors.SecretInvalid(Reference, problems));
    }

    private static string NameOf(CredentialSource<SecretDocument> source, string? field) =>
        field is null ? source.Reference : $"{source.Reference}#{field}";
}
