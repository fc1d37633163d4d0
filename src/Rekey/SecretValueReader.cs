using System.Diagnostics.CodeAnalysis;

namespace Rekey;

/// <summary>Reads a document as one value: its whole content, verbatim, or one of its fields.</summary>
public static class SecretValueReader
{
    private const string Missing = "missing";
    private const int MostNames = 20;

    /// <summary>Throws <c>SECRET_INVALID</c> when the document does not hold the value.</summary>
    public static SecretValue Read(SecretDocument document, string? field, string reference) =>
        TryRead(document, field, out var value, out var problem)
            ? new SecretValue(value)
            : throw new CredentialException(field is null
                ? CredentialErrors.SecretInvalid(reference, $"content: {problem}")
                : CredentialErrors.FieldInvalid(reference, field, problem == Missing ? problem + Others(document) : problem));

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
            problem = Missing;
        }
        else if (value.IsEmpty)
        {
            problem = "empty";
        }
        return problem is null;
    }

    // Most often the name is what is wrong: those that are there say so.
    private static string Others(SecretDocument document) =>
        document.TryGetFields(out var fields) && fields.Count > 0 ? $"; there are {string.Join(", ", fields.Keys.Order(StringComparer.Ordinal).Take(MostNames))}" : "";
}
