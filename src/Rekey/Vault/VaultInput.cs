namespace Rekey.Vault;

/// <summary>Reads what a login shows, and makes it known as a secret before anybody sees it.</summary>
internal sealed class VaultInput(VaultOptions options)
{
    /// <summary>The whole text of a document, or the field of that name; white space around it is not meant.</summary>
    public async Task<Secret> ReadAsync(CredentialSource<SecretDocument> source, string field, CancellationToken cancellationToken)
    {
        var answer = await source.FetchAsync(new FetchRequest<SecretDocument>(RefreshTrigger.Demand, null), cancellationToken).ConfigureAwait(false);
        var document = answer.Credential;
        var text = (document.IsText ? document.Content : document.Field(field) ?? default).Reveal().Trim();
        if (text.Length == 0)
            throw new CredentialException(CredentialErrors.SourceUnavailable(source.Reference, $"there is no {field} in it"));
        if (!text.All(static c => c is > ' ' and < '\x7f'))
            throw new CredentialException(CredentialErrors.SecretInvalid(source.Reference, $"{field}: with white space or other characters that none has"));
        return Learn(field, new Secret(text));
    }

    /// <summary>Tells the registry.</summary>
    public Secret Learn(string field, Secret value)
    {
        options.Secrets?.Register(options.Name, field, value);
        return value;
    }
}
