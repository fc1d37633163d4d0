using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rekey.Mcp.Tests.Schemas;

/// <summary>As much of JSON Schema as the tools use. A keyword that it does not know fails the test instead of passing unseen.</summary>
public static class JsonSchema
{
    private static readonly HashSet<string> Notes = ["description", "format", "default", "title"];

    /// <summary>What is wrong with a value, and where; null when it is valid.</summary>
    public static string? Problem(JsonElement schema, JsonElement value, string path = "$")
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var problem = keyword.Name switch
            {
                "type" => Types(keyword.Value).Contains(TypeOf(value)) || (Types(keyword.Value).Contains("number") && TypeOf(value) == "integer")
                    ? null : $"{path} is {TypeOf(value)}, not {keyword.Value.GetRawText()}",
                "const" => JsonElement.DeepEquals(keyword.Value, value) ? null : $"{path} is not {keyword.Value.GetRawText()}",
                "enum" => keyword.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)) ? null : $"{path} is none of {keyword.Value.GetRawText()}",
                "pattern" => Regex.IsMatch(value.GetString()!, keyword.Value.GetString()!) ? null : $"{path} does not match",
                "minLength" => value.GetString()!.Length >= keyword.Value.GetInt32() ? null : $"{path} is too short",
                "maxLength" => value.GetString()!.Length <= keyword.Value.GetInt32() ? null : $"{path} is too long",
                "minimum" => value.GetDouble() >= keyword.Value.GetDouble() ? null : $"{path} is too small",
                "maximum" => value.GetDouble() <= keyword.Value.GetDouble() ? null : $"{path} is too large",
                "required" => keyword.Value.EnumerateArray().Select(static n => n.GetString()!).Where(n => !value.TryGetProperty(n, out _))
                    .Select(n => $"{path}.{n} is missing").FirstOrDefault(),
                "properties" => value.EnumerateObject().Where(p => keyword.Value.TryGetProperty(p.Name, out _))
                    .Select(p => Problem(keyword.Value.GetProperty(p.Name), p.Value, $"{path}.{p.Name}")).FirstOrDefault(static p => p is not null),
                "additionalProperties" => value.EnumerateObject().Where(p => !schema.GetProperty("properties").TryGetProperty(p.Name, out _))
                    .Select(p => $"{path}.{p.Name} is not allowed").FirstOrDefault(),
                "items" => value.EnumerateArray().Select((item, i) => Problem(keyword.Value, item, $"{path}[{i}]")).FirstOrDefault(static p => p is not null),
                "oneOf" => OneOf([.. keyword.Value.EnumerateArray().Select(option => Problem(option, value, path))]),
                var note when Notes.Contains(note) => null,
                var other => throw new NotSupportedException($"The schema keyword '{other}'."),
            };
            if (problem is not null)
                return problem;
        }
        return null;
    }

    private static string? OneOf(List<string?> problems) => problems.Count(static p => p is null) == 1 ? null : "not exactly one of: " + string.Join(" | ", problems);

    private static List<string> Types(JsonElement type) =>
        type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(static t => t.GetString()!)] : [type.GetString()!];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble() == Math.Floor(value.GetDouble()) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Undefined => "undefined",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
