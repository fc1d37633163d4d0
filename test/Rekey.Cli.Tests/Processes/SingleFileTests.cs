using System.Runtime.InteropServices;
using Rekey.Testing;
using Rekey.Testing.Tds;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The one file that <c>scripts/publish</c> makes: trimmed, so that what is found by reflection alone is gone.</summary>
public sealed class SingleFileTests
{
    private static readonly string Folder =
        Path.Combine(Repository.Root, "artifacts", "publish", "Rekey.Cli", $"release_{RuntimeInformation.RuntimeIdentifier}");

    [Theory]
    [InlineData("sdk-1")]
    [InlineData("sdk-2-modern")]
    public async Task With_nothing_beside_it_it_reads_a_database(string kind)
    {
        Assert.SkipUnless(Directory.Exists(Folder), "Nothing is published: scripts/publish does that, and scripts/test before it runs the tests.");
        var file = Assert.Single(Directory.GetFileSystemEntries(Folder));
        using var home = UserHome.WithDatabase();

        var report = await OfficialClient.DriveAsync(
            kind, home, new { look = new { @do = "call", tool = "sample_rows", arguments = new { table = "paint" } } }, file);

        Assert.Contains("blue", report.GetProperty("steps").GetProperty("look").GetProperty("result").GetProperty("structuredContent").ToString());
        Assert.Equal(14, report.GetProperty("tools").GetArrayLength());
    }

    [Fact]
    public async Task With_nothing_beside_it_it_reads_SQL_Server()
    {
        Assert.SkipUnless(Directory.Exists(Folder), "Nothing is published: scripts/publish does that, and scripts/test before it runs the tests.");
        await using var server = new TdsServer(TdsEncryption.Full);
        using var home = UserHome.WithSqlServer(server);

        var report = await OfficialClient.DriveAsync(
            "sdk-1", home, new { look = new { @do = "call", tool = "list_tables", arguments = new { schema = "dbo" } } }, Directory.GetFileSystemEntries(Folder)[0]);

        Assert.Contains("paint", report.GetProperty("steps").GetProperty("look").GetProperty("result").GetProperty("structuredContent").ToString());
    }
}
