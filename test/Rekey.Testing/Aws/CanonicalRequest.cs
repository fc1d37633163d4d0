using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>The one text that caller and service derive from a request, as Signature Version 4 defines it.</summary>
internal static partial class CanonicalRequest
{
    public static string Of(HttpCall call, IReadOnlyCollection<string> signedHeaders)
    {
        var target = call.Target.Split('?', 2);
        var text = new StringBuilder()
            .Append(call.Method).Append('\n')
            .Append(Path(target[0])).Append('\n')
            .Append(Query(target.ElementAtOrDefault(1) ?? "")).Append('\n');
        foreach (var name in signedHeaders)
            text.Append(name).Append(':').Append(Spaces().Replace(call.Header(name)!.Trim(), " ")).Append('\n');
        return text.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(Hash(call.Body)).ToString();
    }

    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    // Every service but S3 encodes the path once more than the wire does.
    private static string Path(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static string Query(string query) => string.Join('&', query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .Select(static pair => (Name: Encoded(pair[0]), Value: Encoded(pair.ElementAtOrDefault(1) ?? "")))
        .OrderBy(static pair => pair.Name, StringComparer.Ordinal)
        .ThenBy(static pair => pair.Value, StringComparer.Ordinal)
        .Select(static pair => $"{pair.Name}={pair.Value}"));

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
