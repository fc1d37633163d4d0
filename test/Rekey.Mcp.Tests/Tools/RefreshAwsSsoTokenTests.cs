using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Tests.Serving;
using Rekey.Testing;

namespace Rekey.Mcp.Tests.Tools;

public sealed class RefreshAwsSsoTokenTests : ServerTest
{
    private const string Tool = "refresh_aws_sso_token";

    private static readonly CredentialError SessionOver =
        new("SESSION_OVER", "The session is over.", Retryable: false, "Sign in.") { Kind = FailureKind.NeedsUser };

    private readonly ManualTimeProvider _clock = new();
    private readonly Authority _authority;

    public RefreshAwsSsoTokenTests()
    {
        Time = _clock;
        _authority = new Authority(_clock) { TimeToLive = TimeSpan.FromHours(1), Current = Plant("token-of-a-session").Reveal() };
        _authority.Accept("token-of-a-session");
        var sessions = new ScriptedSessions();
        sessions.ByProfile["work"] = Scripted(_authority, "work", "aws-sso");
        Sessions = sessions;
    }

    [Theory, MemberData(nameof(Eras))]
    public async Task A_session_that_can_be_renewed_needs_no_human(string era)
    {
        var session = await ServeAsync(era);

        var result = SuccessOf(await session.CallAsync(Tool, new { profile = "work" }));

        Assert.Equal(("refreshed", "work", "parameter"), (Text(result, "status"), Text(result, "profile"), Text(result, "profileSource")));
        Assert.Equal(_clock.GetUtcNow().AddHours(1).UtcDateTime, result.GetProperty("expiresAt").GetDateTime());
    }

    [Theory, MemberData(nameof(Eras))]
    public async Task A_page_that_only_the_caller_can_show_is_returned_at_once_and_the_next_call_waits_for_the_human(string era)
    {
        var session = await ServeAsync(era);
        End();

        var first = await session.CallAsync(Tool); // the clock stands still

        Assert.False(first.IsError is true);
        var pending = first.StructuredContent!.Value;
        Assert.Equal(("pending", "https://sign-in.example/device", "ABCD-EFGH"), (Text(pending, "status"), Text(pending, "url"), Text(pending, "userCode")));
        Assert.True(pending.GetProperty("retryable").GetBoolean());
        Assert.Contains("ABCD-EFGH", TextOf(first));

        var fetches = _authority.Fetches;
        var second = session.CallAsync(Tool, new { server = "work" });
        await Until.True(() => _authority.Fetches > fetches, _clock, TimeSpan.FromMilliseconds(1));
        await Until.True(() => !Registry.All[0].IsRefreshing);
        SignIn();
        var done = SuccessOf(await Until.Done(second, _clock, TimeSpan.FromMilliseconds(100)));
        Assert.Equal(("signed_in", "mcp_config"), (Text(done, "status"), Text(done, "profileSource")));
        Assert.True(_authority.OpenedPage);
    }

    [Theory, MemberData(nameof(Eras))]
    public async Task A_human_who_takes_longer_than_a_call_is_waited_for_by_the_next(string era)
    {
        var session = await ServeAsync(era);
        End();
        await session.CallAsync(Tool);

        var second = await Until.Done(session.CallAsync(Tool), _clock, TimeSpan.FromSeconds(1));

        Assert.Equal("pending", Text(second.StructuredContent!.Value, "status"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sign_in_that_ended_between_two_calls_is_told_by_the_second_and_no_other_begins(bool isForced)
    {
        var session = await ServeAsync();
        if (!isForced)
            End();
        Assert.Equal("pending", Text((await session.CallAsync(Tool, new { force = isForced })).StructuredContent!.Value, "status"));

        var running = Registry.All[0].SignIn();
        SignIn();
        await Until.Done(running.Completion, _clock, TimeSpan.FromMilliseconds(100));
        var second = await Until.Done(session.CallAsync(Tool, new { force = isForced }), _clock, TimeSpan.FromMilliseconds(100));

        Assert.Equal("signed_in", Text(SuccessOf(second), "status"));
        Assert.Equal(1, _authority.SignIns);
    }

    [Theory, MemberData(nameof(Eras))]
    public async Task A_client_that_opens_pages_for_its_user_is_asked_to_and_no_other_browser_opens(string era)
    {
        var asked = new TaskCompletionSource<ElicitRequestParams>(TaskCreationOptions.RunContinuationsAsynchronously);
        var session = await ServeAsync(era, options => Elicit(options, request =>
        {
            asked.TrySetResult(request);
            return new ElicitResult { Action = "accept" };
        }));
        End();

        var call = session.CallAsync(Tool);
        var request = await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        SignIn();

        Assert.Equal(("url", "https://sign-in.example/device"), (request.Mode, request.Url));
        Assert.Contains("ABCD-EFGH", request.Message);
        Assert.Equal("signed_in", Text(SuccessOf(await Until.Done(call, _clock, TimeSpan.FromMilliseconds(100))), "status"));
        Assert.False(_authority.OpenedPage);
    }

    [Theory, MemberData(nameof(Eras))]
    public async Task A_user_who_declines_ends_the_sign_in(string era)
    {
        var session = await ServeAsync(era, static options => Elicit(options, static _ => new ElicitResult { Action = "decline" }));
        End();

        var result = await Until.Done(session.CallAsync(Tool), _clock, TimeSpan.FromMilliseconds(100));

        Assert.Equal("SIGN_IN_CANCELLED", CodeOf(result));
        Assert.Equal("failed", Text(result.StructuredContent!.Value, "status"));
        Assert.Equal("work", Text(result.StructuredContent!.Value, "profile"));
    }

    [Fact]
    public async Task A_user_who_does_not_answer_holds_no_call()
    {
        var never = new TaskCompletionSource();
        var session = await ServeAsync("2025-11-25", options =>
        {
            options.Capabilities = UrlElicitation;
            options.Handlers.ElicitationHandler = async (_, token) =>
            {
                await never.Task.WaitAsync(token);
                return new ElicitResult { Action = "accept" };
            };
        });
        End();

        var result = await EndsAfterTheWait(session.CallAsync(Tool));

        Assert.Equal("pending", Text(result.StructuredContent!.Value, "status"));
    }

    [Fact]
    public async Task A_profile_that_nobody_knows_is_a_failure_with_the_names_to_choose_from()
    {
        var session = await ServeAsync();

        var result = await session.CallAsync(Tool, new { profile = "a/b@c.d+e" });

        Assert.Equal("PROFILE_NOT_FOUND", CodeOf(result));
        Assert.Equal("failed", Text(result.StructuredContent!.Value, "status"));
        Assert.Contains("work", ErrorOf(result).GetProperty("nextStep").GetString());
    }

    [Fact]
    public async Task A_network_that_is_down_asks_no_human()
    {
        var session = await ServeAsync();
        _authority.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("scripted://authority", "no answer"));

        var result = await session.CallAsync(Tool);

        Assert.Equal("SOURCE_UNAVAILABLE", CodeOf(result));
        Assert.Null(_authority.OpenedPage);
    }

    [Fact]
    public async Task A_sign_in_of_which_no_identity_comes_is_no_success()
    {
        var session = await ServeAsync();
        End();
        await session.CallAsync(Tool);

        _authority.SignedIn.SetResult(); // and the session is over all the same

        Assert.Equal("SESSION_OVER", CodeOf(await Until.Done(session.CallAsync(Tool), _clock, TimeSpan.FromMilliseconds(100))));
    }

    [Theory]
    [InlineData("""{ "profile": "" }""")]
    [InlineData("""{ "profile": 7 }""")]
    [InlineData("""{ "force": "yes" }""")]
    [InlineData("""{ "account": "123" }""")]
    public async Task Arguments_are_checked(string arguments)
    {
        var session = await ServeAsync();

        var result = await session.CallAsync(Tool, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments));

        Assert.Equal("INVALID_ARGUMENT", CodeOf(result));
    }

    private static ClientCapabilities UrlElicitation => new() { Elicitation = new ElicitationCapability { Url = new() } };

    private static void Elicit(McpClientOptions options, Func<ElicitRequestParams, ElicitResult> answer)
    {
        options.Capabilities = UrlElicitation;
        options.Handlers.ElicitationHandler = (request, _) => new ValueTask<ElicitResult>(answer(request!));
    }

    private void End() => _authority.OnFetch = static _ => throw new CredentialException(SessionOver);

    private void SignIn()
    {
        _authority.OnFetch = null;
        _authority.SignedIn.TrySetResult();
    }

    // The wait ends when the sign-in is open and the tool's patience is over.
    private async Task<CallToolResult> EndsAfterTheWait(Task<CallToolResult> call)
    {
        await Until.True(() => _authority.OpenedPage is not null);
        return await Until.Done(call, _clock, TimeSpan.FromSeconds(1));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
