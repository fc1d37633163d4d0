namespace Rekey;

/// <summary>
/// A document made field by field from other sources. Each source is asked once for all the fields that come from it, so that
/// fields of one secret never tear. Leases of several sources are neither extended nor ended early: their time to live ends them.
/// </summary>
public sealed class ComposedSource : CredentialSource<SecretDocument>
{
    private readonly IReadOnlyDictionary<string, (CredentialSource<SecretDocument> Source, string? Field)> _parts;
    private readonly CredentialSource<SecretDocument>[] _sources;
    private readonly CredentialSource<SecretDocument>? _only;

    /// <summary>Composes the named <paramref name="parts"/>; a part without a field is the whole content of its source.</summary>
    public ComposedSource(IReadOnlyDictionary<string, (CredentialSource<SecretDocument> Source, string? Field)> parts)
    {
        _parts = parts;
        _sources = [.. parts.Values.Select(static part => part.Source).Distinct()];
        _only = _sources.Length == 1 ? _sources[0] : null;
        Reference = string.Join(", ", parts.Select(static part => $"{part.Key}: {NameOf(part.Value.Source, part.Value.Field)}"));
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override bool CanRotate => _sources.Any(static s => s.CanRotate);

    /// <inheritdoc/>
    public override bool CanRevoke => _only?.CanRevoke ?? false;

    /// <inheritdoc/>
    public override TimeSpan? PollInterval => _sources.Min(static s => s.PollInterval);

    /// <summary>As often as the quickest of them, where none of those that are asked along with it minds.</summary>
    public override TimeSpan? RetryInterval =>
        _sources.All(static s => s.RetryInterval is not null || !s.CanRotate) ? _sources.Min(static s => s.RetryInterval) : null;

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        async Task<SourceAnswer<SecretDocument>> Ask(CredentialSource<SecretDocument> source) =>
            await source.FetchAsync(request, cancellationToken).ConfigureAwait(false);

        var answers = await Task.WhenAll(_sources.Select(Ask)).ConfigureAwait(false);
        return Composed(answers);
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
        var answer = _only is null ? null : await _only.RenewAsync(lease, cancellationToken).ConfigureAwait(false);
        return answer?.As(lease.Credential);
    }

    /// <inheritdoc/>
    public override ValueTask RevokeAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken) =>
        _only?.RevokeAsync(lease, cancellationToken) ?? default;

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) => Watches.Over(_sources, changed);

    /// <inheritdoc/>
    public override CredentialError? Warning => _sources.Select(static s => s.Warning).FirstOrDefault(static warning => warning is not null);

    /// <inheritdoc/>
    public override CredentialError Invalid(CredentialError error) => _only?.Invalid(error) ?? error;

    private SourceAnswer<SecretDocument> Composed(SourceAnswer<SecretDocument>[] answers)
    {
        var document = Compose(answers);
        return _only is not null
            ? answers[0].As(document)
            : new SourceAnswer<SecretDocument>(document)
            {
                TimeToLive = answers.Min(static a => a.TimeToLive is { Ticks: > 0 } life ? life : (TimeSpan?)null),
                ExpiresAt = answers.Min(static a => a.ExpiresAt),
                IsFallback = answers.Any(static a => a.IsFallback),
            };
    }

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
