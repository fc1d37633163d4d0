using System.Text.Json;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The MCP clients that other people wrote: the TypeScript SDK of both eras, and the Inspector.</summary>
internal static class OfficialClient
{
    /// <summary>The SDK that most hosts embed, and its successor in the old and in the new era of the protocol.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["sdk-1", "sdk-2-legacy", "sdk-2-modern"];

    private static readonly string Folder = Path.Combine(Repository.Root, "test", "clients");
    private static readonly string Inspector =
        Path.Combine(Folder, "node_modules", "@modelcontextprotocol", "inspector", "clients", "launcher", "build", "index.js");

    /// <summary>
    /// Lists the tools of a server, takes <paramref name="steps"/> and tells what the client saw. With a <paramref name="user"/> it can be
    /// asked to open pages, which the user accepts or declines.
    /// </summary>
    public static Task<JsonElement> DriveAsync(string kind, UserHome home, object steps, string? command = null, string? user = null) =>
        DriveAsync(kind, home, steps, ServerCommand.Rekey(command), user);

    /// <summary>The same with any way of starting the server.</summary>
    public static async Task<JsonElement> DriveAsync(string kind, UserHome home, object steps, ServerCommand server, string? user = null)
    {
        SkipUnlessInstalled();
        var plan = Plan(kind, home, steps, server, stay: false, user);
        var end = await ChildProcess.RunAsync("node", [Path.Combine(Folder, "drive.mjs")], home.Environment, plan);
        Assert.True(end.ExitCode == 0, end.Errors);
        return JsonElement.Parse(end.Output);
    }

    /// <summary>Starts a client that keeps its session. Its report is the first line it prints.</summary>
    public static async Task<ChildProcess> StayAsync(string kind, UserHome home)
    {
        SkipUnlessInstalled();
        var client = ChildProcess.Start("node", [Path.Combine(Folder, "drive.mjs")], home.Environment);
        await client.WriteLineAsync(Plan(kind, home, new { }, ServerCommand.Rekey(), stay: true));
        client.CloseInput();
        return client;
    }

    /// <summary>Runs the Inspector's command line against the server.</summary>
    public static Task<Finished> InspectAsync(string era, UserHome home, params string[] arguments)
    {
        SkipUnlessInstalled();
        var server = home.Environment.SelectMany(static pair => new[] { "-e", $"{pair.Key}={pair.Value}" });
        return ChildProcess.RunAsync(
            "node", [Inspector, "--cli", .. server, BuiltExecutable.Path, "--protocol-era", era, "--format", "json", "--quiet", .. arguments], home.Environment);
    }

    private static string Plan(string kind, UserHome home, object steps, ServerCommand server, bool stay, string? user = null) => JsonSerializer.Serialize(new
    {
        client = kind,
        server = new { command = server.Command, args = server.Arguments, env = home.Environment, cwd = server.Folder },
        steps,
        stay,
        user,
    });

    private static void SkipUnlessInstalled() =>
        Assert.SkipUnless(File.Exists(Inspector), "The MCP clients are not installed: scripts/test does that.");
}
