using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Rekey.Benchmarks.Start;

/// <summary>
/// From the start of the process to the answer of <c>initialize</c>, and the resident set after <c>tools/list</c>: Rekey as it is
/// published, as a precompiled framework-dependent program, and a server of one tool on the official TypeScript SDK.
/// </summary>
internal static class StartBenchmark
{
    private const int Rounds = 20;
    private static readonly DirectoryInfo Home = Directory.CreateTempSubdirectory("rekey-bench-");

    public static async Task RunAsync()
    {
        var root = Root();
        await RunToEndAsync("bash", [Path.Combine(root, "scripts/publish"), "linux-x64"], root);
        var r2r = Path.Combine(root, "artifacts/bench/r2r");
        await RunToEndAsync(
            "dotnet",
            [
                "publish", Path.Combine(root, "src/Rekey.Cli"), "-c", "Release", "-r", "linux-x64", "--self-contained", "false", "-p:SelfContained=false",
                "-p:PublishSingleFile=false", "-p:PublishTrimmed=false", "-p:PublishReadyToRun=true",
                // The shared framework is precompiled with event sources and does not start without them.
                "-p:EventSourceSupport=true",
                // Apart from the trimmed build: its assemblies would be taken for these.
                $"-p:ArtifactsPath={Path.Combine(root, "artifacts/bench/build")}", "-o", r2r, "--nologo", "-v", "q",
            ],
            root);
        (string Name, string Command, string[] Arguments)[] servers =
        [
            ("one tool, TypeScript SDK", "node", [Path.Combine(root, "test/clients/one-tool-server.mjs")]),
            ("rekey, single file", Path.Combine(root, "artifacts/publish/Rekey.Cli/release_linux-x64/rekey"), ["serve"]),
            ("rekey, ReadyToRun on the shared framework", Path.Combine(r2r, "rekey"), ["serve"]),
        ];
        var start = new Interleaved([.. servers.Select(static s => s.Name)]);
        var memory = new Interleaved([.. servers.Select(static s => s.Name)]);
        for (var round = -2; round < Rounds; round++)
        {
            for (var i = 0; i < servers.Length; i++)
            {
                var (milliseconds, megabytes) = await MeasureAsync(servers[i].Command, servers[i].Arguments);
                if (round < 0)
                    continue; // the file cache is cold
                start.Add(i, milliseconds);
                memory.Add(i, megabytes);
            }
        }
        start.Print("ms", "start to the answer of initialize");
        Report.Line(string.Empty);
        memory.Print("MiB", "resident set after tools/list");
    }

    private static async Task<(double Milliseconds, double Megabytes)> MeasureAsync(string command, string[] arguments)
    {
        var info = new ProcessStartInfo(command) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        info.Environment["HOME"] = Home.FullName; // nobody's configuration
        info.Environment.Remove("XDG_CONFIG_HOME");
        info.Environment.Remove("REKEY_CONFIG");
        info.Environment.Remove("DATABASE_URL");
        var began = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(info)!;
        await AskAsync(process, """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}""");
        var milliseconds = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        await AskAsync(process, """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""");
        var status = await File.ReadAllLinesAsync($"/proc/{process.Id}/status");
        var resident = status.First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (milliseconds, double.Parse(resident, CultureInfo.InvariantCulture) / 1024);
    }

    private static async Task AskAsync(Process process, string request)
    {
        await process.StandardInput.WriteLineAsync(request);
        await process.StandardInput.FlushAsync();
        if (await process.StandardOutput.ReadLineAsync() is not { } answer || !answer.Contains("\"result\"", StringComparison.Ordinal))
            throw new InvalidOperationException($"{process.StartInfo.FileName} did not answer.");
    }

    private static async Task RunToEndAsync(string command, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { WorkingDirectory = folder })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)} failed.");
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
