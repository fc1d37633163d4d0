namespace Rekey.References;

/// <summary>The schemes of the grammar and the options that each of them knows.</summary>
internal static class ReferenceSchemes
{
    private static readonly IReadOnlyList<string> None = [];

    public static IReadOnlyList<string> Names { get; } = ["env", "file", "aws-sm", "aws-ssm", "vault", "azure-kv", "credential"];

    public static IReadOnlyList<string> OptionsOf(string scheme) => scheme switch
    {
        "file" => ["format"],
        "aws-sm" => ["region", "profile", "stage"],
        "aws-ssm" => ["region", "profile"],
        "vault" => ["engine", "namespace"],
        "azure-kv" => ["version"],
        _ => None,
    };

    /// <summary>A slip of up to two edits, and of less than half of a short name: <c>dev</c> does not mean <c>env</c>.</summary>
    public static string? Nearest(string scheme)
    {
        var written = scheme.ToLowerInvariant();
        var (name, edits) = Names.Select(name => (name, EditDistance.Between(written, name))).MinBy(static pair => pair.Item2);
        return edits <= 2 && 2 * edits < name.Length ? name : null;
    }
}
