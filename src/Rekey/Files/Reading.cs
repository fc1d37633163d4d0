namespace Rekey.Files;

/// <summary>What one look at a path found: a document, or why there is none.</summary>
internal sealed class Reading
{
    private Reading(string stamp, SecretDocument? document, CredentialError? error)
    {
        Stamp = stamp;
        Document = document;
        Error = error;
    }

    /// <summary>Equal when two looks found the same: length, time of the last change, hash of the content, or the same failure.</summary>
    public string Stamp { get; }

    public SecretDocument? Document { get; }

    public CredentialError? Error { get; }

    /// <summary>Whether one look is enough, because its writer replaces everything at once.</summary>
    public bool IsWhole { get; private init; }

    public Reading Whole() => new(Stamp, Document, Error) { IsWhole = true };

    public static Reading Of(SecretDocument document, string stamp) => new(stamp, document, error: null);

    /// <summary>A look that met changes alone: it agrees with no other, so that the next one comes after a pause.</summary>
    public static Reading Unsteady(CredentialError error) => new($"unsteady {Guid.NewGuid()}", document: null, error);

    public static Reading Failed(CredentialError error, string? stamp = null) => new(stamp ?? error.Message, document: null, error);
}
