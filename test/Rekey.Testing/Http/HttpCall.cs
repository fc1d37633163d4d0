using System.Text;

namespace Rekey.Testing.Http;

/// <summary>A request as it came over the wire. Header names are found in any case; repeated ones are joined with a comma.</summary>
public sealed record HttpCall(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>What stands before the question mark, with percent signs decoded.</summary>
    public string Path => Uri.UnescapeDataString(Target.Split('?', 2)[0]);

    /// <summary>What stands behind the question mark; of a repeated name the first.</summary>
    public IReadOnlyDictionary<string, string> Query => Target.Split('?', 2) is [_, var query] ? Fields(query) : Fields("");

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The fields of a body that is an HTML form.</summary>
    public IReadOnlyDictionary<string, string> Form => Fields(Text);

    /// <summary>A header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    private static Dictionary<string, string> Fields(string encoded)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in encoded.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            fields.TryAdd(Decoded(parts[0]), parts.Length == 2 ? Decoded(parts[1]) : "");
        }
        return fields;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
