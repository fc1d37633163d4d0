namespace Rekey.Cli.Composition;

/// <summary>Stands where a source cannot be made because of files that are not ours: the server stays up, says why, and looks again when it starts anew.</summary>
internal sealed class UnusableSource<TCredential>(string reference, CredentialError error) : CredentialSource<TCredential>
    where TCredential : class, ICredential
{
    public override string Reference => reference;

    public override bool CanRotate => false;

    public override ValueTask<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken cancellationToken) =>
        throw new CredentialException(error with { NextStep = $"{error.NextStep} Then restart the server." });
}
