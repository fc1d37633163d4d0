using Rekey.Cli.Tests.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The dotnet tool, packed from this build and installed into an empty folder, once for all tests.</summary>
public sealed class ToolPackage : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The package itself.</summary>
    public string File => System.IO.Path.Combine(Feed, $"Rekey.{BuiltExecutable.Version}.nupkg");

    /// <summary>The installed command.</summary>
    public string Command => System.IO.Path.Combine(_folder.Path, "tools", BuiltExecutable.NameOf("rekey"));

    private string Feed => System.IO.Path.Combine(_folder.Path, "feed");

    public async ValueTask InitializeAsync()
    {
        var project = System.IO.Path.Combine(Repository.Root, "src", "Rekey.Cli");
        await DotnetAsync("pack", project, "--no-build", "--configuration", BuiltExecutable.Configuration, "--output", Feed);
        // This feed and no other: what is tested is this package, and the network is not needed.
        var sources = _folder.File("nuget.config", $"""
            <configuration><packageSources><clear /><add key="packed" value="{Feed}" /></packageSources></configuration>
            """);
        await DotnetAsync("tool", "install", "Rekey", "--version", BuiltExecutable.Version, "--tool-path", System.IO.Path.GetDirectoryName(Command)!, "--configfile", sources);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    private async Task DotnetAsync(params string[] arguments)
    {
        var end = await ChildProcess.RunAsync(BuiltExecutable.Dotnet, arguments, new Dictionary<string, string>
        {
            ["HOME"] = _folder.Path,
            ["APPDATA"] = _folder.Path,
            ["LOCALAPPDATA"] = _folder.Path,
            ["NUGET_PACKAGES"] = System.IO.Path.Combine(_folder.Path, "packages"), // an older package of this version may lie in the common one
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
            ["MSBUILDDISABLENODEREUSE"] = "1",
        });
        Assert.True(end.ExitCode == 0, end.Output + end.Errors);
    }
}
