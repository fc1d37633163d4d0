using Rekey.Aws;
using Rekey.Aws.Profiles;
using Rekey.Aws.Sso;
using Rekey.Cli.Configuration;
using Rekey.Databases;
using Rekey.OAuth;
using Rekey.References;
using Rekey.Slack;

namespace Rekey.Cli.Composition;

/// <summary>
/// Builds managed credentials from their descriptions, parents first. References of several credentials that differ only in their
/// field are read through one shared document, so that what belongs together never tears.
/// </summary>
internal sealed class CredentialBuilder
{
    private readonly CredentialParts _parts;
    private readonly string? _profile;
    private readonly AwsIdentities _identities;
    private readonly DocumentSources _documents;
    private readonly SessionSources _sessions;
    private readonly VaultSources _vault;
    private readonly ValueVerifiers _verifiers;
    private readonly Dictionary<string, CredentialConfiguration> _configured;
    private readonly Dictionary<SecretReference, int> _readers;
    private readonly HashSet<SecretReference> _printable;
    private readonly Dictionary<string, BuiltCredential> _built = new(StringComparer.Ordinal);

    public CredentialBuilder(
        RekeyConfiguration configuration, AwsIdentities identities, DocumentSources documents, SessionSources sessions, VaultSources vault, CredentialParts parts)
    {
        _parts = parts;
        _profile = configuration.AwsProfile;
        _identities = identities;
        _identities.Made = one => _built[one.Credential.Name] = one;
        (_documents, _sessions, _vault) = (documents, sessions, vault);
        _vault.IdentityOf = AwsIdentityOf;
        _verifiers = new ValueVerifiers(parts, () => sessions.Http);
        _configured = configuration.Credentials.ToDictionary(static c => c.Name, StringComparer.Ordinal);
        var readings = configuration.Credentials
            .SelectMany(static c => c.References.Select(static r => r.WithoutField()).Distinct().Select(r => (Reference: r, c.IsSensitive)))
            .ToLookup(static reading => reading.Reference, static reading => reading.IsSensitive);
        _readers = readings.ToDictionary(static group => group.Key, static group => group.Count());
        _printable = [.. readings.Where(static group => !group.All(static isSensitive => isSensitive)).Select(static group => group.Key)];
    }

    public IReadOnlyList<BuiltCredential> Build()
    {
        if (_profile is not null)
            SessionOf(_profile);
        // The operator's names for sessions come first: what stands on the same profile then finds them made.
        foreach (var configuration in _configured.Values.OrderBy(static c => c.Kind is CredentialKind.AwsSso ? 0 : 1))
            Named(configuration.Name);
        return [.. _built.Values];
    }

    private BuiltCredential Named(string name)
    {
        if (_built.TryGetValue(name, out var known))
            return known;
        var configuration = _configured[name];
        return _built[name] = configuration.Kind switch
        {
            CredentialKind.Database => Make(
                configuration, (document, field, reference) => ReadDatabase(document, field, reference, configuration.Database), DatabaseVerifier.For(_parts.Driver)),
            CredentialKind.AwsSso => Identity(configuration),
            CredentialKind.Slack => Slack(configuration),
            CredentialKind.OAuth => OAuth(configuration),
            CredentialKind.Document => Make(configuration, static (document, _, _) => document, verifier: null) with { HasFieldCredentials = true },
            CredentialKind.Content => Make(configuration, ReadContent, verifier: null),
            _ => Make(configuration, (document, field, reference) => ReadValue(document, field, reference, configuration.Rules), _verifiers.For(configuration)),
        };
    }

    // The profile that the environment names makes a credential of its own when it signs in through SSO.
    private void SessionOf(string profile)
    {
        if (ProfileChain.Of(_identities.Read(), profile) is { Base: { IsSso: true } signsIn })
            Identity(new CredentialConfiguration { Name = Words.AwsSsoKind, Kind = CredentialKind.AwsSso, Profile = signsIn.Name, IsRequired = false });
    }

    private BuiltCredential Identity(CredentialConfiguration configured)
    {
        try
        {
            var files = _identities.Read();
            return _identities.Of(SsoProfile.Find(files, configured.Profile!), files, configured);
        }
        catch (CredentialException e)
        {
            return _identities.Unusable(configured, e.Error);
        }
    }

    private BuiltCredential Slack(CredentialConfiguration configuration)
    {
        var source = _sessions.Slack(configuration, ValuesOf(configuration)!);
        return Session(configuration, source, source.VerifyAsync);
    }

    // Nobody but the services it is for can be asked about such a token.
    private BuiltCredential OAuth(CredentialConfiguration configuration) =>
        Session(configuration, _sessions.OAuth(configuration, ValuesOf(configuration)), verifier: null);

    // A session lives on by itself, whatever becomes of what it began with: it has no parent.
    private BuiltCredential Session<TCredential>(
        CredentialConfiguration configuration, SessionSource<TCredential> source, CredentialVerifier<TCredential>? verifier)
        where TCredential : class, ICredential
    {
        var kind = configuration.Kind is CredentialKind.Slack ? Words.SlackKind : Words.OAuthKind;
        var options = _parts.Options(configuration.Name, kind, source);
        var depth = 1 + configuration.References.Select(FoundationOf).Max(static foundation => foundation?.Built.Depth) ?? 0;
        return new BuiltCredential(
            new ManagedCredential<TCredential>(options with { Verifier = verifier, Policy = options.Policy.ForSessions(), IsRequired = configuration.IsRequired }), depth);
    }

    private CredentialSource<SecretDocument>? ValuesOf(CredentialConfiguration configuration) =>
        configuration.From.Count == 0
            ? null
            : new SourceComposer(reference => SourceOf(reference, announces: true), _documents.Run).Compose(configuration.From, static (document, _, _) => document);

    // One field alone is content too: it may be a document itself.
    private static SecretDocument ReadContent(SecretDocument document, string? field, string reference) =>
        field is null ? document : SecretDocument.FromText(SecretValueReader.Read(document, field, reference).Value);

    private static SecretValue ReadValue(SecretDocument document, string? field, string reference, SecretRules? rules)
    {
        var value = SecretValueReader.Read(document, field, reference);
        var broken = rules?.Problems(value.Value).ToList() ?? [];
        return broken.Count == 0 ? value : throw new CredentialException(CredentialErrors.SecretInvalid(reference, broken.Select(rule => $"{field ?? "content"}: {rule}")));
    }

    private static DatabaseCredential ReadDatabase(SecretDocument document, string? field, string reference, DatabaseParts? fixedParts) =>
        DatabaseReader.Read(ReadContent(document, field, reference), fixedParts, reference);

    private BuiltCredential Make<TCredential>(
        CredentialConfiguration configuration, Func<SecretDocument, string?, string, TCredential> read, CredentialVerifier<TCredential>? verifier)
        where TCredential : class, ICredential
    {
        var parents = configuration.References.Select(FoundationOf).ToList();
        // A list can go on without one of its entries; everything else stands or falls with the one parent that it has.
        var only = configuration.From.Count == 1 && parents.Distinct().Count() == 1 ? parents[0] : null;
        var sources = new SourceComposer(reference => SourceOf(reference, announces: only is null), _documents.Run);
        var kind = configuration.Kind switch
        {
            CredentialKind.Database => Words.DatabaseKind,
            CredentialKind.Document or CredentialKind.Content => Words.DocumentKind,
            _ => Words.ValueKind,
        };
        var credential = new ManagedCredential<TCredential>(_parts.Options(configuration.Name, kind, sources.Compose(configuration.From, read)) with
        {
            Verifier = _parts.Verifies ? verifier : null,
            Parent = only?.Built.Credential,
            ParentBond = only?.Bond ?? ParentBond.Life,
            Policy = PolicyOf(configuration.RevocationLatency),
            IsRequired = configuration.IsRequired,
            IsSensitive = configuration.IsSensitive,
        });
        return new BuiltCredential(credential, 1 + parents.Select(static parent => parent?.Built.Depth ?? 0).DefaultIfEmpty().Max());
    }

    private CredentialSource<SecretDocument> SourceOf(SecretReference reference, bool announces) => ReadFrom(reference)?.Credential switch
    {
        null => Opened(reference, announces),
        ManagedCredential<SecretDocument> shared => Derived(shared, reference, announces),
        ManagedCredential<DatabaseCredential> database => Derived(database, reference, announces),
        ManagedCredential<AwsSessionCredential> keys => Derived(keys, reference, announces),
        ManagedCredential<SsoToken> session => Derived(session, reference, announces),
        ManagedCredential<SlackCredential> slack => Derived(slack, reference, announces),
        ManagedCredential<OAuthCredential> oauth => Derived(oauth, reference, announces),
        ManagedCredential<SecretValue> value => Derived(value, reference, announces),
        var other => throw new InvalidOperationException($"'{other.Name}' is of a kind that nothing can stand on."),
    };

    private static DerivedSource<TParent, SecretDocument> Derived<TParent>(ManagedCredential<TParent> parent, SecretReference reference, bool announces)
        where TParent : class, ICredential =>
        new(reference.Text, parent, static credential => credential.Document) { AnnouncesParent = announces };

    // What a credential stands on: what it is read out of, or the session that its source is asked with.
    private Foundation? FoundationOf(SecretReference reference) =>
        ReadFrom(reference) is { } read ? new Foundation(read, ParentBond.Life)
        : AuthorityOf(reference) is { } identity ? new Foundation(identity, ParentBond.Access)
        : null;

    private CredentialSource<SecretDocument> Opened(SecretReference reference, bool announces) =>
        reference.Scheme == "vault" ? _vault.Source(reference, announces) : _documents.Open(reference);

    // What a place is asked with: the token of Vault, the session of AWS.
    private BuiltCredential? AuthorityOf(SecretReference reference)
    {
        if (reference.Scheme != "vault")
            return AwsIdentityOf(reference);
        if (_vault.Token is not { } token)
            return null;
        _built.TryAdd(token.Credential.Name, token);
        return token;
    }

    // What a reference is read out of, when that is kept alive by Rekey itself.
    private BuiltCredential? ReadFrom(SecretReference reference)
    {
        if (reference.Scheme == "credential")
            return Named(reference.Path);
        var document = reference.WithoutField();
        return _readers[document] > 1 ? Shared(document) : null;
    }

    // Files of AWS that make no sense are the source's to report.
    private BuiltCredential? AwsIdentityOf(SecretReference reference)
    {
        try
        {
            return _identities.Of(reference);
        }
        catch (CredentialException)
        {
            return null;
        }
    }

    private BuiltCredential Shared(SecretReference document)
    {
        if (_built.TryGetValue(document.Text, out var known))
            return known;
        var identity = AuthorityOf(document);
        var credential = new ManagedCredential<SecretDocument>(_parts.Options(document.Text, "document", Opened(document, announces: false)) with
        {
            Parent = identity?.Credential,
            ParentBond = ParentBond.Access,
            Policy = SharedPolicyOf(document),
            // Where one reader may be printed, the readers register what they read, each for itself.
            IsSensitive = !_printable.Contains(document),
        });
        return _built[document.Text] = new BuiltCredential(credential, identity is null ? 0 : identity.Depth + 1, IsHidden: true);
    }

    private RefreshPolicy PolicyOf(TimeSpan? revocationLatency) =>
        revocationLatency is { } latency ? _parts.Policy with { RevocationLatency = latency, AbsenceWithdraws = true } : _parts.Policy;

    // Each reader ends by its own; from what they share the most careful of them must not get it once more.
    private RefreshPolicy SharedPolicyOf(SecretReference document) => _configured.Values
        .Where(reader => reader.References.Any(reference => reference.WithoutField() == document))
        .Select(reader => PolicyOf(reader.RevocationLatency))
        .Aggregate(static (one, other) => one with
        {
            RevocationLatency = one.RevocationLatency < other.RevocationLatency ? one.RevocationLatency : other.RevocationLatency,
            AbsenceWithdraws = one.AbsenceWithdraws || other.AbsenceWithdraws,
        });

    private sealed record Foundation(BuiltCredential Built, ParentBond Bond);
}
