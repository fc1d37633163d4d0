using Rekey.Cli.Tests.Configuration;
using Rekey.Testing.Tds;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The one file that <c>scripts/publish</c> makes: trimmed, so that what is found by reflection alone is gone.</summary>
public sealed class SingleFileTests
{
    [Theory]
    [InlineData("sdk-1")]
    [InlineData("sdk-2-modern")]
    public async Task With_nothing_beside_it_it_reads_a_database(string kind)
    {
        var file = PublishedFile.Path;
        using var home = UserHome.WithDatabase();

        var report = await OfficialClient.DriveAsync(
            kind, home, new { look = new { @do = "call", tool = "sample_rows", arguments = new { table = "paint" } } }, file);

        Assert.Contains("blue", report.GetProperty("steps").GetProperty("look").GetProperty("result").GetProperty("structuredContent").ToString());
        Assert.Equal(15, report.GetProperty("tools").GetArrayLength());
    }

    [Fact]
    public async Task Without_a_home_it_starts_from_the_directory_that_the_examples_give_it()
    {
        var file = PublishedFile.Path;
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["HOME"] = "/dev/null", ["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = folder.Path };

        var finished = await ChildProcess.RunAsync(file, ["--version"], environment);

        Assert.Equal((0, string.Empty), (finished.ExitCode, finished.Errors));
        Assert.NotEmpty(Directory.GetFiles(folder.Path, "*e_sqlite3*", SearchOption.AllDirectories)); // what needs the directory
    }

    [Fact]
    public async Task With_nothing_beside_it_it_reads_SQL_Server()
    {
        var file = PublishedFile.Path;
        await using var server = new TdsServer(TdsEncryption.Full);
        using var home = UserHome.WithSqlServer(server);

        var report = await OfficialClient.DriveAsync(
            "sdk-1", home, new { look = new { @do = "call", tool = "list_tables", arguments = new { schema = "dbo" } } }, file);

        Assert.Contains("paint", report.GetProperty("steps").GetProperty("look").GetProperty("result").GetProperty("structuredContent").ToString());
    }
}
