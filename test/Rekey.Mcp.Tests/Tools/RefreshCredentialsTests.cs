using System.Text.Json;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Tests.Schemas;
using Rekey.Mcp.Tests.Serving;
using Rekey.Testing;
using Rekey.Testing.Sessions;

namespace Rekey.Mcp.Tests.Tools;

/// <summary>The contract of <c>refresh_credentials</c>, to the letter, over a real client and server.</summary>
public sealed class RefreshCredentialsTests : ServerTest
{
    // Written from the contract, not from the code.
    private static readonly JsonElement Contract = JsonElement.Parse("""
        {
          "oneOf": [
            {
              "type": "object", "additionalProperties": false, "required": ["success", "message", "refreshedAt", "totalRefreshes"],
              "properties": {
                "success": { "const": true }, "message": { "const": "Credentials refreshed successfully" },
                "refreshedAt": { "type": "string" }, "totalRefreshes": { "type": "integer", "minimum": 0 }
              }
            },
            {
              "type": "object", "additionalProperties": false, "required": ["success", "error"],
              "properties": {
                "success": { "const": false },
                "error": {
                  "type": "object", "additionalProperties": false, "required": ["code", "message", "retryable"],
                  "properties": {
                    "code": { "enum": ["REFRESH_NOT_AVAILABLE", "REFRESH_IN_PROGRESS", "NETWORK_ERROR", "RATE_LIMITED", "SESSION_REVOKED", "STORAGE_ERROR", "INVALID_RESPONSE", "UNKNOWN"] },
                    "message": { "type": "string" }, "retryable": { "type": "boolean" }
                  }
                }
              }
            }
          ]
        }
        """);

    [Fact]
    public async Task A_success_has_exactly_its_members()
    {
        var manual = new ManualTimeProvider();
        Time = manual;
        await Ready(ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: false)));

        var answer = Checked(await (await ServeAsync()).CallAsync("refresh_credentials"));

        Assert.Equal(
            $$"""{"success":true,"message":"Credentials refreshed successfully","refreshedAt":"{{manual.GetUtcNow():yyyy-MM-dd}}T00:00:00.000Z","totalRefreshes":1}""",
            answer.GetRawText());
    }

    [Fact]
    public async Task Each_success_counts_one_more()
    {
        await Ready(ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: true)));
        var session = await ServeAsync();

        for (var i = 1; i <= 3; i++)
            Assert.Equal(i, Checked(await session.CallAsync("refresh_credentials")).GetProperty("totalRefreshes").GetInt64());
    }

    public static TheoryData<string, bool> Failures => new()
    {
        { "NETWORK_ERROR", true }, { "RATE_LIMITED", true }, { "SESSION_REVOKED", false }, { "STORAGE_ERROR", true }, { "INVALID_RESPONSE", false }, { "UNKNOWN", false },
    };

    [Theory, MemberData(nameof(Failures))]
    public async Task A_failure_has_its_code_and_says_whether_another_call_helps(string code, bool isRetryable)
    {
        var authority = new ScriptedSessionAuthority(Time, isSingleUse: false)
        {
            BeforeGrant = _ => throw (code switch
            {
                "NETWORK_ERROR" => new CredentialException(SessionErrors.Network("slack:acme", "it did not answer") with { RetryAfter = TimeSpan.FromMinutes(1) }),
                "RATE_LIMITED" => new CredentialException(SessionErrors.RateLimited("slack:acme", TimeSpan.FromMinutes(1))),
                "SESSION_REVOKED" => new CredentialException(SessionErrors.Revoked("Slack session has been revoked. Please re-authenticate and update credentials.", "Sign in.")),
                "INVALID_RESPONSE" => new CredentialException(SessionErrors.InvalidResponse("slack:acme", "its page holds no token")),
                "STORAGE_ERROR" => ScriptedStore.Failure("is full"),
                _ => new InvalidOperationException("a bug, and its text must not leave"),
            }),
        };
        var slack = ScriptedSession(authority);
        var before = (await Ready(slack)).Fingerprint;

        var error = Checked(await (await ServeAsync()).CallAsync("refresh_credentials")).GetProperty("error");

        Assert.Equal((code, isRetryable), (error.GetProperty("code").GetString(), error.GetProperty("retryable").GetBoolean()));
        Assert.DoesNotContain("a bug", error.GetProperty("message").GetString());
        if (code == "SESSION_REVOKED")
            Assert.Equal("Slack session has been revoked. Please re-authenticate and update credentials.", error.GetProperty("message").GetString());
        Assert.Equal(before, slack.Active!.Fingerprint);
    }

    [Fact]
    public async Task A_call_while_a_refresh_runs_is_refused_at_once()
    {
        var release = new TaskCompletionSource();
        var authority = new ScriptedSessionAuthority(Time, isSingleUse: true) { AfterGrant = _ => release.Task };
        await Ready(ScriptedSession(authority));
        var session = await ServeAsync();
        var first = session.CallAsync("refresh_credentials");
        await Until.True(() => authority.Refreshes == 1);

        var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => session.CallAsync("refresh_credentials")));

        Assert.All(others, answer =>
        {
            var error = Checked(answer).GetProperty("error");
            Assert.Equal(
                ("REFRESH_IN_PROGRESS", "A credential refresh is already in progress. Please wait for it to complete.", true),
                (error.GetProperty("code").GetString(), error.GetProperty("message").GetString(), error.GetProperty("retryable").GetBoolean()));
        });
        release.SetResult();
        Assert.True(Checked(await first).GetProperty("success").GetBoolean());
        Assert.Equal((1, 0), (authority.Refreshes, authority.Reuses));
    }

    [Fact]
    public async Task What_is_not_done_within_ten_seconds_goes_on_and_is_told_as_in_progress()
    {
        var manual = new ManualTimeProvider();
        Time = manual;
        var release = new TaskCompletionSource();
        var authority = new ScriptedSessionAuthority(Time, isSingleUse: true) { AfterGrant = _ => release.Task };
        var slack = ScriptedSession(authority);
        await Ready(slack);
        var session = await ServeAsync();
        var call = session.CallAsync("refresh_credentials");
        await Until.True(() => authority.Refreshes == 1);
        try
        {
            // Ten seconds pass and not one more, with a moment of real time in each half for what waits in it.
            for (var half = 0; half < 20 && !call.IsCompleted; half++)
            {
                manual.Advance(TimeSpan.FromMilliseconds(500));
                await Task.WhenAny(call, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
            }
            var answer = await call.WaitAsync(TimeSpan.FromSeconds(20));

            Assert.Equal("REFRESH_IN_PROGRESS", Checked(answer).GetProperty("error").GetProperty("code").GetString());
        }
        finally
        {
            release.SetResult();
        }
        await Until.True(() => slack.Session!.Refreshes == 1);
    }

    [Fact]
    public async Task A_loop_of_calls_is_slowed_down_and_harms_nothing()
    {
        var manual = new ManualTimeProvider();
        Time = manual;
        var authority = new ScriptedSessionAuthority(Time, isSingleUse: true);
        var slack = ScriptedSession(authority);
        await Ready(slack);
        var session = await ServeAsync();

        var codes = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            var answer = Checked(await session.CallAsync("refresh_credentials"));
            codes.Add(answer.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString()! : "success");
        }

        Assert.InRange(authority.Refreshes, 3, 5);
        Assert.Equal(authority.Refreshes, codes.Count(static c => c == "success"));
        Assert.Equal(50 - authority.Refreshes, codes.Count(static c => c == "RATE_LIMITED"));
        Assert.Equal(CredentialPhase.Ready, slack.Status.Phase);
        manual.Advance(TimeSpan.FromMinutes(1));
        Assert.True(Checked(await session.CallAsync("refresh_credentials")).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task What_cannot_be_refreshed_is_listed_and_says_so()
    {
        const string Words = "Credential refresh is only available for user token authentication. Bot tokens do not expire.";
        ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: false) { Fixed = SessionErrors.NotAvailable(Words) });
        var session = await ServeAsync();

        var error = Checked(await session.CallAsync("refresh_credentials")).GetProperty("error");

        Assert.Equal(("REFRESH_NOT_AVAILABLE", Words, false), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString(), error.GetProperty("retryable").GetBoolean()));
    }

    [Fact]
    public async Task Without_a_session_the_tool_is_not_listed()
    {
        Scripted(new Authority(Time));

        Assert.DoesNotContain("refresh_credentials", await (await ServeAsync()).ToolNamesAsync());
    }

    [Fact]
    public async Task The_input_is_an_object_without_members_and_a_name_where_there_are_several()
    {
        await Ready(ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: false)));
        var one = (await (await ServeAsync()).Client.ListToolsAsync()).Single(static t => t.Name == "refresh_credentials").ProtocolTool;
        Assert.Equal("""{"type":"object","properties":{},"additionalProperties":false}""", one.InputSchema.GetRawText());
        Assert.Equal("object", one.OutputSchema!.Value.GetProperty("type").GetString());

        await Ready(ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: true), "jira"));
        var session = await ServeAsync();
        var two = (await session.Client.ListToolsAsync()).Single(static t => t.Name == "refresh_credentials").ProtocolTool;
        Assert.Equal(["jira", "slack"], two.InputSchema.GetProperty("properties").GetProperty("credential").GetProperty("enum").EnumerateArray().Select(static e => e.GetString()));
        Assert.False(two.InputSchema.TryGetProperty("required", out _));

        Assert.Equal(1, Checked(await session.CallAsync("refresh_credentials", new { credential = "jira" })).GetProperty("totalRefreshes").GetInt64());
        Assert.Equal(3, Checked(await session.CallAsync("refresh_credentials")).GetProperty("totalRefreshes").GetInt64());
    }

    [Fact]
    public async Task A_wrong_argument_is_answered_in_the_shape_of_the_contract()
    {
        await Ready(ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: false)));

        var error = Checked(await (await ServeAsync()).CallAsync("refresh_credentials", new { token = "x" })).GetProperty("error");

        Assert.Equal("UNKNOWN", error.GetProperty("code").GetString());
        Assert.Contains("'token' is unknown", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task What_happened_is_told_by_get_credential_events_and_list_credentials()
    {
        var authority = new ScriptedSessionAuthority(Time, isSingleUse: false) { Interval = TimeSpan.FromDays(7) };
        await Ready(ScriptedSession(authority));
        var session = await ServeAsync();
        await session.CallAsync("refresh_credentials");
        authority.BeforeGrant = _ => throw new CredentialException(SessionErrors.InvalidResponse("slack:acme", "its page holds no token"));
        await session.CallAsync("refresh_credentials");

        var events = SuccessOf(await session.CallAsync("get_credential_events", new { credential = "slack" }));
        var told = events.GetProperty("events").EnumerateArray().Select(static e => e.GetProperty("event").GetString()).ToList();
        Assert.Equal(["failed", "attempt_failed", "swapped", "rotated", "refreshed", "swapped"], told.Take(6));
        Assert.Equal("INVALID_RESPONSE", events.GetProperty("events")[0].GetProperty("code").GetString());
        Assert.Single(SuccessOf(await session.CallAsync("get_credential_events", new { limit = 1 })).GetProperty("events").EnumerateArray());
        Assert.Contains("must be one of slack", TextOf(await session.CallAsync("get_credential_events", new { credential = "other" })));

        var listed = SuccessOf(await session.CallAsync("list_credentials")).GetProperty("credentials")[0];
        Assert.Equal((1, 1, false), (listed.GetProperty("totalRefreshes").GetInt32(), listed.GetProperty("failures").GetInt32(), listed.GetProperty("needsHuman").GetBoolean()));
        Assert.Equal(TimeSpan.FromDays(7), listed.GetProperty("nextRefreshAt").GetDateTimeOffset() - listed.GetProperty("lastRefreshAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_revoked_session_needs_a_human_and_says_so()
    {
        var authority = new ScriptedSessionAuthority(Time, isSingleUse: false);
        await Ready(ScriptedSession(authority));
        var session = await ServeAsync();
        authority.BeforeGrant = _ => throw new CredentialException(SessionErrors.Revoked("Slack session has been revoked. Please re-authenticate and update credentials.", "Put new values in place."));
        await session.CallAsync("refresh_credentials");

        var listed = SuccessOf(await session.CallAsync("list_credentials")).GetProperty("credentials")[0];
        Assert.True(listed.GetProperty("needsHuman").GetBoolean());
        Assert.Equal("Put new values in place.", listed.GetProperty("whatToDo").GetString());
        var health = SuccessOf(await session.CallAsync("health_check")).GetProperty("credentials")[0];
        Assert.Equal(("degraded", "SESSION_REVOKED"), (health.GetProperty("health").GetString(), health.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_required_session_that_its_service_refuses_stays_unhealthy()
    {
        var authority = new ScriptedSessionAuthority(Time, isSingleUse: false) { BeforeGrant = _ => throw new CredentialException(SessionErrors.Revoked("Over.", "Put new values in place.")) };
        var slack = ScriptedSession(authority, isRequired: true);
        authority.End(((Lease<SecretDocument>)await Ready(slack)).Credential);
        var session = await ServeAsync();

        for (var i = 0; i < 3; i++)
        {
            var error = ErrorOf(await session.CallAsync("health_check"));
            Assert.Equal("UNHEALTHY", error.GetProperty("code").GetString());
            Assert.Equal("unhealthy", error.GetProperty("credentials")[0].GetProperty("health").GetString());
        }
    }

    [Fact]
    public async Task A_session_that_is_in_use_and_could_not_be_stored_is_no_success()
    {
        var authority = new ScriptedSessionAuthority(Time, isSingleUse: false);
        var store = new ScriptedStore();
        var slack = ScriptedSession(authority, store: store);
        var before = (Lease<SecretDocument>)await Ready(slack);
        authority.End(before.Credential);
        store.IsReadOnly = true;
        var session = await ServeAsync();
        await session.CallAsync("health_check"); // the refusal is noticed, and the refresh has nothing else to go on with
        await Until.True(() => slack.Active != before && !slack.IsRefreshing);

        var error = Checked(await session.CallAsync("refresh_credentials")).GetProperty("error");

        Assert.Equal(("STORAGE_ERROR", true), (error.GetProperty("code").GetString(), error.GetProperty("retryable").GetBoolean()));
        Assert.Equal(CredentialPhase.Degraded, slack.Status.Phase);
    }

    // Every answer fits the tool's own schema, which the session checks, and the one above; the text is the same object.
    private static JsonElement Checked(CallToolResult answer)
    {
        var content = answer.StructuredContent!.Value;
        Assert.Null(JsonSchema.Problem(Contract, content));
        Assert.True(JsonElement.DeepEquals(content, JsonElement.Parse(TextOf(answer))), TextOf(answer));
        Assert.Equal(!content.GetProperty("success").GetBoolean(), answer.IsError is true);
        return content;
    }

    private static async Task<Lease> Ready(ManagedCredential credential) => await credential.GetLeaseAsync();
}
