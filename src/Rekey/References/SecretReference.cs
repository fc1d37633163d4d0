using System.Diagnostics.CodeAnalysis;

namespace Rekey.References;

/// <summary>
/// Names where a secret is: <c>scheme://path[?options][#field]</c>. A reference holds names and never a value, so it may be printed.
/// Two references are equal when they mean the same place, however they are spelled.
/// </summary>
public sealed record SecretReference
{
    private SecretReference(string text, string scheme, string path, string? field, IReadOnlyDictionary<string, string> options)
    {
        Text = text;
        Scheme = scheme;
        Path = path;
        Field = field;
        Options = options;
    }

    /// <summary>The reference as the operator wrote it.</summary>
    public string Text { get; private init; }

    /// <summary>The kind of place: <c>env</c>, <c>file</c>, <c>vault</c>…</summary>
    public string Scheme { get; }

    /// <summary>The name of the place, decoded, its case kept.</summary>
    public string Path { get; }

    /// <summary>The one field that is meant; null for the whole document.</summary>
    public string? Field { get; private init; }

    /// <summary>What the source needs to know besides the name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>What the path of a file begins with that systemd hands to its unit.</summary>
    public const string CredentialsDirectory = "$CREDENTIALS_DIRECTORY/";

    /// <summary>The schemes that exist.</summary>
    public static IReadOnlyList<string> Schemes => ReferenceSchemes.Names;

    /// <summary>The same place without the field: what references that share one lease have in common.</summary>
    public SecretReference WithoutField() =>
        Field is null ? this : this with { Field = null, Text = Text[..Text.LastIndexOf('#')] };

    /// <summary>Reads a reference. <paramref name="problem"/> is a sentence that repeats nothing which could be a secret written by mistake.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out SecretReference? reference, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            var parts = ReferenceParts.Of(text);
            reference = new SecretReference(text, parts.Scheme, parts.Path, parts.Field, parts.Options);
            problem = null;
            return true;
        }
        catch (FormatException e)
        {
            reference = null;
            problem = e.Message;
            return false;
        }
    }

    /// <summary>The known scheme that <paramref name="text"/> begins with, or nearly does; null when none is near.</summary>
    public static string? NearestScheme(string text) =>
        text.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? ReferenceSchemes.Nearest(text[..end]) : null;

    /// <inheritdoc/>
    public bool Equals(SecretReference? other) =>
        other is not null && Scheme == other.Scheme && Path == other.Path && Field == other.Field
        && Options.Count == other.Options.Count
        && Options.All(option => other.Options.TryGetValue(option.Key, out var value) && value == option.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scheme, Path, Field, Options.Count);

    /// <summary>The reference as the operator wrote it.</summary>
    public override string ToString() => Text;
}
