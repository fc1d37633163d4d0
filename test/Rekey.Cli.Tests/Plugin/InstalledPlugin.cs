using System.Text.Json;
using Rekey.Cli.Tests.Configuration;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Plugin;

/// <summary>
/// The plugin of this repository, installed as Claude Code does it: found through the marketplace's manifest and copied whole into a
/// folder of the plugin's, the marketplace's and the version's names. That of the cache has a blank in it here.
/// </summary>
internal sealed class InstalledPlugin : IDisposable
{
    // https://code.claude.com/docs/en/plugins/manifest-reference, "Environment variables"
    private const string RootVariable = "${CLAUDE_PLUGIN_ROOT}";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly TemporaryFolder _folder = new();

    public InstalledPlugin()
    {
        Marketplace = Parse(Path.Combine(Repository.Root, ".claude-plugin", "marketplace.json"));
        Entry = Marketplace.GetProperty("plugins").EnumerateArray().Single();
        var source = Path.Combine(Repository.Root, Entry.GetProperty("source").GetString()!);
        Manifest = Parse(Path.Combine(source, ".claude-plugin", "plugin.json"));
        Root = Path.Combine(_folder.Path, "plugin cache", Text(Marketplace, "name"), Text(Entry, "name"), Text(Manifest, "version"));
        Copy(source, Root);
        Servers = Parse(Path.Combine(Root, ".mcp.json"));
    }

    public JsonElement Marketplace { get; }

    public JsonElement Entry { get; }

    public JsonElement Manifest { get; }

    public JsonElement Servers { get; }

    /// <summary>Where it is installed.</summary>
    public string Root { get; }

    /// <summary>What a client starts for the server <c>rekey</c>.</summary>
    public ServerCommand Server
    {
        get
        {
            var server = Servers.GetProperty("mcpServers").GetProperty("rekey");
            var arguments = server.GetProperty("args").EnumerateArray().Select(argument => Expand(argument.GetString()!));
            return new ServerCommand(Expand(Text(server, "command")), [.. arguments]);
        }
    }

    /// <summary>Every file of it, by its path in it.</summary>
    public IEnumerable<string> Files =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'));

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public void Dispose() => _folder.Dispose();

    private string Expand(string text) => text.Replace(RootVariable, Root, StringComparison.Ordinal);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static JsonElement Parse(string path) => JsonElement.Parse(File.ReadAllText(path), Strict);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
