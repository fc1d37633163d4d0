using Rekey.Environment;

namespace Rekey.Cli.Sessions;

/// <summary>Where the MCP clients of this machine keep the servers that they start, the nearest first.</summary>
internal sealed class McpClientFiles(IEnvironment environment, string home, string workingFolder)
{
    /// <summary>
    /// The files that may exist. Those of the working folder name a profile of the user and nothing else, and signing in to it asks a
    /// human: a hostile checkout wins nothing there.
    /// </summary>
    public IEnumerable<string> All()
    {
        foreach (var folder in new[] { workingFolder, home }.Distinct(StringComparer.Ordinal))
        {
            yield return Path.Combine(folder, ".mcp.json"); // Claude Code, a project
            yield return Path.Combine(folder, ".cursor", "mcp.json");
            yield return Path.Combine(folder, ".vscode", "mcp.json");
            yield return Path.Combine(folder, ".gemini", "settings.json");
            yield return Path.Combine(folder, ".amazonq", "mcp.json");
        }
        yield return Path.Combine(home, ".claude.json"); // Claude Code, the user's own
        yield return Path.Combine(home, ".copilot", "mcp-config.json");
        yield return Path.Combine(home, ".aws", "amazonq", "mcp.json");
        foreach (var applications in ApplicationFolders())
        {
            yield return Path.Combine(applications, "Claude", "claude_desktop_config.json");
            yield return Path.Combine(applications, "Code", "User", "mcp.json");
            yield return Path.Combine(applications, "Code", "User", "globalStorage", "saoudrizwan.claude-dev", "settings", "cline_mcp_settings.json");
        }
    }

    private IEnumerable<string> ApplicationFolders()
    {
        if (OperatingSystem.IsWindows())
            return environment.Get("APPDATA") is { Length: > 0 } roaming ? [roaming] : [];
        return OperatingSystem.IsMacOS() ? [Path.Combine(home, "Library", "Application Support")] : [Path.Combine(home, ".config")];
    }
}
