namespace Rekey;

/// <summary>What a client presents to a service: a database login, a session, a single value.</summary>
public interface ICredential
{
    /// <summary>
    /// The credential as named fields. The redactor learns the sensitive ones, the fingerprint covers all of them,
    /// and <c>credential://name#field</c> reads one.
    /// </summary>
    SecretDocument Document { get; }
}

/// <summary>A credential that is one opaque text: an API key, a token.</summary>
/// <param name="Value">The text.</param>
public sealed record SecretValue(Secret Value) : ICredential
{
    /// <inheritdoc/>
    public SecretDocument Document => SecretDocument.FromText(Value);
}
