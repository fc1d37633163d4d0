using Rekey.Cli.Configuration;

namespace Rekey.Cli.Composition;

/// <summary>
/// Makes a credential of every field of a document. Which fields there are is known when the document has come, and a later
/// version may bring more; one that is gone fails by its name and comes back with its field.
/// </summary>
internal sealed class FieldCredentials(ManagedCredential<SecretDocument> document, CredentialParts parts, Func<ManagedCredential, bool> add)
    : ICredentialConsumer<SecretDocument>
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public string Name => "the list of fields";

    public bool IsRequired => false;

    public ValueTask<IPreparedLease> PrepareAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken) =>
        new(new Fields(this, lease.Credential));

    public void Release(Lease<SecretDocument> lease)
    {
        // The credentials of the fields hold their parent's lease themselves.
    }

    private void MakeAll(SecretDocument content)
    {
        if (!content.TryGetFields(out var fields))
            CliLog.NoFields(parts.Logger, document.Name);
        var sensitive = content.SensitiveValues().Select(static value => value.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var field in fields.Keys.Where(_seen.Add))
        {
            if (Names.IsGood(field))
                Add(field, sensitive.Contains(field));
            else
                CliLog.FieldWithoutName(parts.Logger, document.Name, Names.Rule);
        }
    }

    private void Add(string field, bool isSensitive)
    {
        var credential = Make(field, isSensitive);
        if (add(credential))
            return;
        CliLog.FieldWithTakenName(parts.Logger, document.Name, field);
        _ = credential.DisposeAsync().AsTask(); // it listens to its parent already
    }

    private ManagedCredential<SecretValue> Make(string field, bool isSensitive)
    {
        var reference = $"credential://{document.Name}#{field}";
        var whole = new DerivedSource<SecretDocument, SecretDocument>(reference, document, static content => content);
        var source = new ReadingSource<SecretValue>(whole, content => SecretValueReader.Read(content, field, reference));
        return new ManagedCredential<SecretValue>(parts.Options(field, Words.ValueKind, source) with
        {
            Parent = document,
            ParentBond = ParentBond.Life,
            IsRequired = true,
            IsSensitive = isSensitive,
        });
    }

    private sealed class Fields(FieldCredentials owner, SecretDocument content) : IPreparedLease
    {
        public void Commit() => owner.MakeAll(content);

        public ValueTask AbortAsync() => default;
    }
}
