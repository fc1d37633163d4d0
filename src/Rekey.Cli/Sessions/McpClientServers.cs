using System.Text.Json;

namespace Rekey.Cli.Sessions;

/// <summary>Reads which AWS profile an MCP server is started with. Nothing else of these files is looked at, and nothing is repeated.</summary>
internal static class McpClientServers
{
    private const int MaxBytes = 64 << 20; // Claude Code keeps its whole history in that file
    private const int LongestName = 128;
    private static readonly string[] Sections = ["mcpServers", "servers"];
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 64 };

    /// <summary>The profiles that the files name for a server: none, one, or several that contradict each other.</summary>
    public static IReadOnlyList<string> ProfilesOf(string server, IEnumerable<string> files) =>
        [.. files.SelectMany(file => ProfilesIn(file, server)).Distinct(StringComparer.Ordinal)];

    private static IReadOnlyList<string> ProfilesIn(string file, string server)
    {
        try
        {
            if (new FileInfo(file) is not { Exists: true, Length: <= MaxBytes })
                return [];
            using var json = JsonDocument.Parse(File.ReadAllBytes(file), Lenient);
            return [.. ServersIn(json.RootElement).Select(servers => ProfileIn(servers, server)).OfType<string>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return []; // another program's file, which it may be writing right now
        }
    }

    // At the root, and in Claude Code's file below each of its projects.
    private static IEnumerable<JsonElement> ServersIn(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object)
            yield break;
        foreach (var section in Sections)
        {
            if (root.TryGetProperty(section, out var servers))
                yield return servers;
        }
        if (!root.TryGetProperty("projects", out var projects) || projects.ValueKind is not JsonValueKind.Object)
            yield break;
        foreach (var project in projects.EnumerateObject())
        {
            if (project.Value.ValueKind is JsonValueKind.Object && project.Value.TryGetProperty(Sections[0], out var servers))
                yield return servers;
        }
    }

    private static string? ProfileIn(JsonElement servers, string server) =>
        Member(Member(Member(servers, server), "env"), "AWS_PROFILE") is { ValueKind: JsonValueKind.String } profile && profile.GetString() is { Length: > 0 and <= LongestName } name
            ? name
            : null;

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;
}
