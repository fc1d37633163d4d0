namespace Rekey.Testing.Aws;

/// <summary>One version of a secret: a text or bytes, never both.</summary>
public sealed record AwsSecretVersion(string Id, DateTimeOffset Created, Secret? Text, byte[]? Binary)
{
    internal bool HasContentOf(AwsSecretVersion other) =>
        Text == other.Text && (Binary ?? []).AsSpan().SequenceEqual(other.Binary);
}
