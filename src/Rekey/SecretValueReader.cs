using System.Diagnostics.CodeAnalysis;

namespace Rekey;

/// <summary>Reads a document as one value: its whole content, verbatim, or one of its fields.</summary>
public static class SecretValueReader
{
    /// <summary>Throws <c>SECRET_INVALID</c> when the document does not hold the value.</summary>
    public static SecretValue Read(SecretDocument document, string? field, string reference) =>
        TryRead(document, field, out var value, out var problem)
            ? new SecretValue(value)
            : throw new CredentialException(CredentialErrors.SecretInvalid(reference, $"{field ?? "content"}: {problem}"));

    internal static bool TryRead(SecretDocument document, string? field, out Secret value, [NotNullWhen(false)] out string? problem)
    {
        value = document.Content;
        problem = null;
        if (field is null)
        {
            if (!document.IsText)
                problem = document.TryGetFields(out _) ? "made of fields, and the reference names none of them" : "empty";
        }
        else if (!document.TryGetFields(out var fields))
        {
            problem = "not found, because the content is no JSON object";
        }
        else if (!fields.TryGetValue(field, out value))
        {
            problem = "missing";
        }
        else if (value.IsEmpty)
        {
            problem = "empty";
        }
        return problem is null;
    }
}
