namespace Rekey.Cli.Composition;

/// <summary>Stands where a source cannot be made because of files that are not ours: the server stays up and says why.</summary>
internal sealed class UnusableSource<TCredential>(string reference, CredentialError error) : CredentialSource<TCredential>
    where TCredential : class, ICredential
{
    public override string Reference => reference;

    public override bool CanRotate => false;

    public override ValueTask<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken cancellationToken) =>
        throw new CredentialException(error);
}
