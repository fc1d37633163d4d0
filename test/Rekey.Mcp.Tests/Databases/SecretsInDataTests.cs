using System.Text;

namespace Rekey.Mcp.Tests.Databases;

/// <summary>The password of the login itself stands in the data, and in what agents ask. The base class searches every byte that left.</summary>
public sealed class SecretsInDataTests : DatabaseTest
{
    public static TheoryData<string, string> Routes
    {
        get
        {
            var routes = new TheoryData<string, string>();
            foreach (var era in Eras.Select(static e => e.Data))
            {
                routes.Add(era, "select '{0}' as value");
                routes.Add(era, "select 1 as \"{0}\"");
                routes.Add(era, "select 'prefix-{0}-suffix' as value, array['a', '{0}'] as list, '{{\"k\": \"{0}\"}}'::jsonb as document");
                routes.Add(era, "select convert_to('{0}', 'UTF8') as bytes, encode('{0}', 'base64') as base64");
                routes.Add(era, "select repeat('.', 4080) || '{0}' || repeat('.', 100) as cut");
                routes.Add(era, "select '{0}'::int");
                routes.Add(era, "select * from \"{0}\"");
                routes.Add(era, "select {0} from nowhere '");
                routes.Add(era, "delete from \"{0}\"");
            }
            return routes;
        }
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_secret_leaves_by_no_route(string era, string query)
    {
        var login = await AddPostgresAsync("select 1");
        var session = await ServeAsync(era);

        await session.CallAsync("run_select", new { query = "select 1 as a" });
        var result = await session.CallAsync("run_select", new { query = query.Replace("{0}", login.Login.Password.Reveal()).Replace("{{", "{").Replace("}}", "}") });

        if (result.IsError is not true)
            Assert.Contains(Secret.Marker, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(session.Wire)));
    }

    [Fact]
    public async Task A_secret_as_the_name_of_a_table_of_an_argument_or_of_a_tool_does_not_come_back()
    {
        var login = await AddPostgresAsync("select 1");
        var session = await ServeAsync();
        var secret = login.Login.Password.Reveal();
        await session.CallAsync("run_select", new { query = "select 1 as a" });

        Assert.Equal("TABLE_NOT_FOUND", CodeOf(await session.CallAsync("describe_table", new { table = secret })));
        Assert.Equal("INVALID_ARGUMENT", CodeOf(await session.CallAsync("describe_table", new Dictionary<string, object?> { ["table"] = "t", [secret] = 1 })));
        await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(async () => await session.Client.CallToolAsync(secret));
    }

    [Fact]
    public async Task What_was_hidden_is_not_taken_back_in()
    {
        await AddPostgresAsync("select 1");
        var session = await ServeAsync();

        Assert.Equal("REDACTED_ARGUMENT", CodeOf(await session.CallAsync("run_select", new { query = $"select * from logins where password = '{Secret.Marker}'" })));
    }
}
