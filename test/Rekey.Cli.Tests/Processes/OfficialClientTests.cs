using System.Text.Json;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The official clients as hosts use them: in both eras, with their own validation of what a tool answers.</summary>
public sealed class OfficialClientTests(OfficialClientReports reports) : IClassFixture<OfficialClientReports>
{
    public static TheoryData<string> Kinds => [.. OfficialClient.Kinds];

    [Theory, MemberData(nameof(Kinds))]
    public void It_lists_every_tool_with_the_shape_of_its_answer(string kind)
    {
        var tools = reports[kind].GetProperty("tools").EnumerateArray().ToList();
        var names = tools.Select(static t => t.GetProperty("name").GetString()).ToList();

        Assert.Equal(["health_check", "list_credentials", "get_credential_events", "refresh_secret"], names.Take(4));
        Assert.Contains("run_select", names);
        Assert.All(tools, static t => Assert.Equal("object", t.GetProperty("outputSchema").GetProperty("type").GetString()));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_query_after_a_rotation_runs_on_the_new_secret_in_the_same_session(string kind)
    {
        Assert.Equal("blue", Colour(Result(kind, "before")));
        Assert.False(Result(kind, "refresh").GetProperty("isError").GetBoolean());
        Assert.Equal("green", Colour(Result(kind, "after")));
    }

    [Theory]
    [InlineData("mistake", "INVALID_ARGUMENT")]
    [InlineData("write", "SQL_NOT_READ_ONLY")]
    public void A_failure_arrives_with_its_own_message_and_not_as_a_schema_error(string step, string code)
    {
        foreach (var kind in OfficialClient.Kinds)
        {
            var result = Result(kind, step);
            Assert.True(result.GetProperty("isError").GetBoolean());
            Assert.Equal(code, result.GetProperty("structuredContent").GetProperty("error").GetProperty("code").GetString());
            Assert.StartsWith($"[{code}]", result.GetProperty("content")[0].GetProperty("text").GetString());
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_long_call_reports_progress_and_can_be_cancelled(string kind)
    {
        var cancelled = reports[kind].GetProperty("steps").GetProperty("cancelled");

        Assert.NotEmpty(cancelled.GetProperty("progress").EnumerateArray());
        Assert.Contains("changed their mind", cancelled.GetProperty("thrown").GetProperty("message").GetString());
        Assert.True(Result(kind, "health").GetProperty("structuredContent").GetProperty("success").GetBoolean());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void It_receives_nothing_that_is_no_message(string kind) =>
        Assert.Empty(reports[kind].GetProperty("transportErrors").EnumerateArray());

    [Theory, MemberData(nameof(Kinds))]
    public async Task With_nothing_configured_it_is_told_how_to_configure_a_credential(string kind)
    {
        using var home = new UserHome();

        var report = await OfficialClient.DriveAsync(kind, home, new { look = new { @do = "call", tool = "list_credentials" } });

        Assert.Equal(3, report.GetProperty("tools").GetArrayLength());
        var answer = report.GetProperty("steps").GetProperty("look").GetProperty("result").GetProperty("structuredContent");
        Assert.Contains("DATABASE_URL", answer.GetProperty("setup").GetString());
    }

    private JsonElement Result(string kind, string step)
    {
        var outcome = reports[kind].GetProperty("steps").GetProperty(step);
        Assert.True(outcome.TryGetProperty("result", out var result), outcome.ToString());
        return result;
    }

    private static string? Colour(JsonElement result) =>
        result.GetProperty("structuredContent").GetProperty("rows")[0].GetProperty("colour").GetString();
}
