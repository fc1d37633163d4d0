using System.Text.Json;

namespace Rekey.Cli.Tests.Processes;

/// <summary>What each official client saw of one session with a rotation in it. They run side by side, once for all tests.</summary>
public sealed class OfficialClientReports : IAsyncLifetime
{
    private readonly Dictionary<string, JsonElement> _reports = [];

    internal JsonElement this[string kind] => _reports[kind];

    public async ValueTask InitializeAsync()
    {
        var reports = await Task.WhenAll(OfficialClient.Kinds.Select(ReportAsync));
        foreach (var (kind, report) in OfficialClient.Kinds.Zip(reports))
            _reports[kind] = report;
    }

    public ValueTask DisposeAsync() => default;

    private static async Task<JsonElement> ReportAsync(string kind)
    {
        using var home = UserHome.WithDatabase();
        var secret = Path.Combine(home.Path, "paint.url");
        var next = $"sqlite:{home.Database("green.db", "green")}";
        return await OfficialClient.DriveAsync(kind, home, new Dictionary<string, object>
        {
            ["before"] = Select("select colour from paint"),
            ["rotation"] = new { @do = "write", path = secret, text = next },
            ["refresh"] = new { @do = "call", tool = "refresh_secret" },
            ["after"] = Select("select colour from paint"),
            ["mistake"] = new { @do = "call", tool = "run_select", arguments = new { sql = "select 1" } },
            ["write"] = Select("delete from paint"),
            ["cancelled"] = new { @do = "cancel", tool = "run_select", arguments = new { query = UserHome.EndlessQuery } },
            ["health"] = new { @do = "call", tool = "health_check" },
        });
    }

    private static object Select(string query) => new { @do = "call", tool = "run_select", arguments = new { query } };
}
