namespace Rekey.Aws.Tests;

/// <summary>A lease on an answer, as the lifecycle makes it.</summary>
internal static class Leased
{
    public static Lease<SecretDocument> Of(SourceAnswer<SecretDocument> answer)
    {
        var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument> { Name = "leased", Kind = "document", Source = new Answering(answer) });
        return credential.GetAsync().AsTask().GetAwaiter().GetResult();
    }

    private sealed class Answering(SourceAnswer<SecretDocument> answer) : CredentialSource<SecretDocument>
    {
        public override string Reference => "scripted://answer";

        public override ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken) => new(answer);
    }
}
