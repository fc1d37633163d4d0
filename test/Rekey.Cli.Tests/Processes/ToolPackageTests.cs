using System.IO.Compression;
using System.Text.Json;
using Rekey.Testing.Tds;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The package that people install.</summary>
public sealed class ToolPackageTests(ToolPackage package) : IClassFixture<ToolPackage>
{
    [Fact]
    public async Task Installed_into_an_empty_folder_it_serves_an_official_client()
    {
        using var home = UserHome.WithDatabase();

        var report = await OfficialClient.DriveAsync(
            "sdk-1", home, new { look = new { @do = "call", tool = "sample_rows", arguments = new { table = "paint" } } }, package.Command);

        Assert.Contains("blue", report.GetProperty("steps").GetProperty("look").GetProperty("result").GetProperty("structuredContent").ToString());
    }

    [Fact]
    public async Task Installed_into_an_empty_folder_it_reads_SQL_Server()
    {
        await using var server = new TdsServer(TdsEncryption.Full);
        using var home = UserHome.WithSqlServer(server);

        var report = await OfficialClient.DriveAsync(
            "sdk-1", home, new { look = new { @do = "call", tool = "list_tables", arguments = new { schema = "dbo" } } }, package.Command);

        Assert.Contains("paint", report.GetProperty("steps").GetProperty("look").GetProperty("result").GetProperty("structuredContent").ToString());
    }

    [Fact]
    public async Task It_is_known_as_an_MCP_server_and_says_how_to_start_it()
    {
        using var archive = await ZipFile.OpenReadAsync(package.File, TestContext.Current.CancellationToken);

        Assert.Contains("<packageType name=\"McpServer\"", await ReadAsync(archive, "Rekey.nuspec"));
        var server = JsonElement.Parse(await ReadAsync(archive, ".mcp/server.json"));
        Assert.Equal(BuiltExecutable.Version, server.GetProperty("version").GetString());
        var packed = server.GetProperty("packages")[0];
        Assert.Equal(("Rekey", BuiltExecutable.Version), (packed.GetProperty("identifier").GetString(), packed.GetProperty("version").GetString()));
        Assert.Equal("serve", packed.GetProperty("packageArguments")[0].GetProperty("value").GetString());
    }

    private static async Task<string> ReadAsync(ZipArchive archive, string name)
    {
        using var reader = new StreamReader(await archive.GetEntry(name)!.OpenAsync(TestContext.Current.CancellationToken));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
