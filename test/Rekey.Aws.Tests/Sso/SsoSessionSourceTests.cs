using Rekey.Aws.Sso;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Sso;

namespace Rekey.Aws.Tests.Sso;

public sealed class SsoSessionSourceTests : SsoTest
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_fresh_token_is_taken_from_the_cache_and_nobody_is_asked()
    {
        var grant = SignedIn(Hour);

        var answer = await FetchAsync(Source());

        Assert.Equal(grant.AccessToken, answer.Credential.AccessToken.Reveal());
        Assert.Equal(Time.GetUtcNow() + Hour, answer.ExpiresAt);
        Assert.Equal(("us-east-1", Session.StartUrl), (answer.Credential.Region, answer.Credential.StartUrl));
        Assert.Equal(0, Server.Calls("/token"));
        Assert.All([grant.AccessToken, grant.RefreshToken!, grant.Client.ClientSecret], secret => Assert.True(Secrets.Knows(secret)));
    }

    [Fact]
    public async Task A_token_near_its_end_is_refreshed_and_written_for_all_tools()
    {
        var grant = SignedIn(Soon);

        var answer = await FetchAsync(Source());

        var token = answer.Credential.AccessToken.Reveal();
        Assert.NotEqual(grant.AccessToken, token);
        Assert.True(Server.Book.Accepts(token));
        Assert.Equal((token, "2026-01-01T01:00:00Z"), (TextIn("accessToken"), TextIn("expiresAt")));
        Assert.NotEqual(grant.RefreshToken, TextIn("refreshToken"));
        Assert.All([token, TextIn("refreshToken")], secret => Assert.True(Secrets.Knows(secret)));
    }

    [Fact]
    public async Task A_refresh_token_that_the_answer_leaves_out_is_kept()
    {
        var grant = SignedIn(Soon);
        Server.Book.RefreshBringsNext = false;

        await FetchAsync(Source());

        Assert.Equal(grant.RefreshToken, TextIn("refreshToken"));
        Assert.NotEqual(grant.AccessToken, TextIn("accessToken"));
    }

    [Fact]
    public async Task An_expired_token_is_refreshed_without_a_human()
    {
        SignedIn(-Hour);

        Assert.True(Server.Book.Accepts((await FetchAsync(Source())).Credential.AccessToken.Reveal()));
    }

    [Fact]
    public async Task Nobody_signed_in_is_said_with_a_code_and_what_to_do()
    {
        var error = await FailsAsync(() => FetchAsync(Source()));

        Assert.Equal(("AWS_SSO_SIGN_IN_REQUIRED", FailureKind.NeedsUser), (error.Code, error.Kind));
        Assert.Contains("corp", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_whose_refresh_token_is_refused_is_over_after_one_question()
    {
        SignedIn(-Hour);
        Server.Book.EndSession();
        var credential = Managed(Source());

        var error = await FailsAsync(() => Passing(credential.GetAsync().AsTask()));
        await FailsAsync(async () => await credential.GetAsync());

        Assert.Equal(("AWS_SSO_SESSION_ENDED", FailureKind.NeedsUser), (error.Code, error.Kind));
        Assert.Equal(1, Server.Calls("/token"));
        Assert.Equal((CredentialPhase.NeedsUserAction, (DateTimeOffset?)null), (credential.Status.Phase, credential.Status.NextAttemptAt));
    }

    [Fact]
    public async Task After_invalid_grant_the_newer_token_of_a_tool_that_knows_no_lock_is_taken_even_if_its_file_comes_a_moment_later()
    {
        SignedIn(-Hour);
        var newer = Server.Book.SignedIn();
        Server.Answer("/token", SsoReplies.Oidc("InvalidGrantException"));
        var fetch = FetchAsync(Source());
        await Until.True(() => Server.Calls("/token") == 1 && Time.ArmedTimers > 0);

        Put(newer); // it was faster to ask, and slower to write
        var answer = await Passing(fetch);

        Assert.Equal(newer.AccessToken, answer.Credential.AccessToken.Reveal());
        Assert.Equal(1, Server.Calls("/token"));
    }

    [Theory]
    [InlineData("refreshToken")]
    [InlineData("clientId")]
    [InlineData("clientSecret")]
    [InlineData("registrationExpiresAt")]
    public async Task A_token_that_lacks_what_a_refresh_needs_asks_for_a_human_and_no_service(string missing)
    {
        var file = Json(Server.Book.SignedIn(), -Hour);
        file[missing] = null;
        Directory.CreateDirectory(Files.SsoCache);
        File.WriteAllText(TokenFile, file.ToJsonString());

        Assert.Equal("AWS_SSO_SESSION_ENDED", (await FailsAsync(() => FetchAsync(Source()))).Code);
        Assert.Equal(0, Server.Calls("/token"));
    }

    [Fact]
    public async Task A_registration_that_has_expired_asks_for_a_human()
    {
        var grant = SignedIn(-Hour);
        Put(grant with { Client = grant.Client with { ExpiresAt = Time.GetUtcNow() - Hour } }, -Hour);

        Assert.Contains("registration", (await FailsAsync(() => FetchAsync(Source()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_the_service_no_longer_knows_asks_for_a_human()
    {
        SignedIn(-Hour);
        Server.Book.ForgetClients();

        Assert.Equal("AWS_SSO_SESSION_ENDED", (await FailsAsync(() => FetchAsync(Source()))).Code);
    }

    [Fact]
    public async Task A_token_that_still_serves_is_served_while_its_refresh_fails_and_the_failure_is_said_once_it_is_in_use()
    {
        var grant = SignedIn(Soon);
        Server.Answer("/token", SsoReplies.Oidc("InternalServerException")).Answer("/token", SsoReplies.Oidc("InternalServerException"));
        Server.Answer("/token", SsoReplies.Oidc("InternalServerException")).Answer("/token", SsoReplies.Oidc("InternalServerException"));
        var credential = Managed(Source());

        var lease = await credential.GetAsync();
        Assert.Equal(grant.AccessToken, lease.Credential.AccessToken.Reveal());
        var failed = Assert.IsType<RefreshResult.Failed>(await Passing(credential.RefreshAsync(RefreshTrigger.Schedule)));

        Assert.Equal(("AWS_SSO_NO_ANSWER", true), (failed.Error.Code, failed.Error.Retryable));
        Assert.Same(lease, await credential.GetAsync());
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);
    }

    [Fact]
    public async Task A_token_refused_before_its_end_is_read_again_once_refreshed_once_and_then_asks_for_a_human()
    {
        SignedIn(Hour);
        var credential = Managed(Source());
        var first = await credential.GetAsync();

        credential.Reject(first);
        var second = await Passing(credential.GetAsync().AsTask());
        credential.Reject(second);
        var error = await FailsAsync(() => Passing(credential.GetAsync().AsTask()));

        Assert.NotEqual(first.Credential.AccessToken.Reveal(), second.Credential.AccessToken.Reveal());
        Assert.Equal(("AWS_SSO_SESSION_ENDED", FailureKind.NeedsUser), (error.Code, error.Kind));
        Assert.Equal(1, Server.Calls("/token"));
    }

    [Fact]
    public async Task A_refused_token_gives_way_to_the_one_that_another_tool_has_written_meanwhile()
    {
        SignedIn(Hour);
        var credential = Managed(Source());
        var refused = await credential.GetAsync();
        var newer = SignedIn(Hour);

        credential.Reject(refused);

        Assert.Equal(newer.AccessToken, (await Passing(credential.GetAsync().AsTask())).Credential.AccessToken.Reveal());
        Assert.Equal(0, Server.Calls("/token"));
    }

    [Fact]
    public async Task A_verifier_proves_the_token_at_the_portal_and_its_refusal_brings_a_refresh()
    {
        var grant = SignedIn(Hour);
        Server.Book.Revoke(grant.AccessToken);
        var credential = Managed(Source(), isVerified: true);

        var lease = await Passing(credential.GetAsync().AsTask());

        Assert.True(lease.IsVerified);
        Assert.True(Server.Book.Accepts(lease.Credential.AccessToken.Reveal()));
    }

    [Fact]
    public async Task A_portal_that_cannot_be_asked_proves_nothing()
    {
        SignedIn(Hour);
        var source = Source();
        var token = (await FetchAsync(source)).Credential;

        foreach (var reply in new[] { SsoReplies.Portal(429, "TooManyRequestsException"), new HttpReply(503, "<html>"), new HttpReply(200) { Fault = WireFault.Reset } })
        {
            Server.Answer("/assignment/accounts", reply);
            Assert.Equal(VerificationOutcome.Indeterminate, (await source.VerifyAsync(token, CancellationToken.None)).Outcome);
        }
        Server.Answer("/assignment/accounts", SsoReplies.Portal(403, "ForbiddenException"));
        Assert.Equal(VerificationOutcome.Accepted, (await source.VerifyAsync(token, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task After_an_answer_that_was_lost_on_the_way_the_same_refresh_token_is_presented_once_more()
    {
        SignedIn(-Hour);
        Server.Book.IsSingleUse = false; // a service that bears it
        Server.Break("/token", WireFault.LostReply);

        Assert.True(Server.Book.Accepts((await FetchAsync(Source())).Credential.AccessToken.Reveal()));
        Assert.Equal(2, Server.Calls("/token"));
    }

    [Fact]
    public async Task Where_the_lost_answer_held_the_only_good_token_a_human_is_asked_and_nothing_is_tried_again()
    {
        SignedIn(-Hour);
        Server.Break("/token", WireFault.LostReply);

        var error = await FailsAsync(() => Passing(FetchAsync(Source())));

        Assert.Equal("AWS_SSO_SESSION_ENDED", error.Code);
        Assert.Equal((2, 1), (Server.Calls("/token"), Server.Book.Replays));
    }

    [Fact]
    public async Task A_refresh_that_hangs_ends_at_its_limit_and_is_repeated_once()
    {
        SignedIn(-Hour);
        Server.Answer("/token", new HttpReply(200) { Fault = WireFault.Hang }).Answer("/token", new HttpReply(200) { Fault = WireFault.Hang });

        var error = await FailsAsync(() => Passing(FetchAsync(Source()), seconds: 0.05));

        Assert.Equal(("AWS_SSO_NO_ANSWER", FailureKind.Unavailable), (error.Code, error.Kind));
        Assert.Equal(2, Server.Calls("/token"));
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_end_the_refresh_whose_token_is_good_once()
    {
        var grant = SignedIn(-Hour);
        var goOn = new TaskCompletionSource();
        Server.Script("/token", async (call, _) =>
        {
            await goOn.Task;
            return Server.Do(call);
        });
        using var impatience = new CancellationTokenSource();
        var fetch = Source().FetchAsync(new FetchRequest<SsoToken>(RefreshTrigger.Demand, null), impatience.Token).AsTask();
        await Until.True(() => Server.Calls("/token") == 1);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        goOn.SetResult();

        await Until.True(() => TextIn("accessToken") != grant.AccessToken);
        Assert.True(Server.Book.Accepts(TextIn("accessToken")));
    }

    [Fact]
    public async Task A_service_that_is_busy_says_so_and_how_long()
    {
        SignedIn(-Hour);
        Server.Answer("/token", SsoReplies.Portal(429, "TooManyRequestsException") with { Headers = new Dictionary<string, string> { ["Retry-After"] = "30" } });

        var error = await FailsAsync(() => FetchAsync(Source()));

        Assert.Equal(("AWS_SSO_THROTTLED", TimeSpan.FromSeconds(30)), (error.Code, error.RetryAfter));
    }

    [Fact]
    public async Task A_token_of_the_older_form_lives_to_its_end_and_then_asks_for_a_human()
    {
        Session = Session with { Name = null };
        Put(Server.Book.SignedIn() with { RefreshToken = null }, Soon);
        var credential = Managed(Source());

        Assert.NotNull(await credential.GetAsync());
        Time.Advance(Soon);

        Assert.Equal("AWS_SSO_SESSION_ENDED", (await FailsAsync(() => Passing(credential.GetAsync().AsTask()))).Code);
        Assert.EndsWith("7487b5b67d5fa1132cf33fa93ae51ef38cc37752.json", TokenFile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_to_loses_no_token_and_says_that_other_tools_do_not_see_it()
    {
        var grant = SignedIn(Soon);
        var disk = new ScriptedFiles { IsReadOnly = true };
        var source = Source(options => options with { Disk = disk });
        var credential = Managed(source);

        var lease = await credential.GetAsync();

        Assert.True(Server.Book.Accepts(lease.Credential.AccessToken.Reveal()));
        Assert.Equal(grant.AccessToken, TextIn("accessToken"));
        Assert.Equal("AWS_SSO_CACHE_UNWRITABLE", source.Warning!.Code);
        Assert.Contains("in memory alone", credential.Status.AnsweredBy, StringComparison.Ordinal);
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);

        disk.IsReadOnly = false;
        Time.Advance(TimeSpan.FromMinutes(1.2));
        credential.RunDue();

        await Until.True(() => TextIn("accessToken") == lease.Credential.AccessToken.Reveal());
        await Until.True(() => source.Warning is null);
        await Until.True(() => credential.Status.Phase is not CredentialPhase.Degraded);
        Assert.Equal(1, Server.Calls("/token"));
    }

    [Fact]
    public async Task A_token_in_memory_gives_way_to_a_newer_one_in_the_file_and_is_refreshed_like_any_other()
    {
        SignedIn(Soon);
        var source = Source(options => options with { Disk = new ScriptedFiles { IsReadOnly = true } });
        await FetchAsync(source);
        Time.Advance(TimeSpan.FromMinutes(50));

        var second = (await FetchAsync(source)).Credential.AccessToken.Reveal();
        Assert.True(Server.Book.Accepts(second));
        Assert.Equal(2, Server.Book.Refreshes);

        var newer = SignedIn(Hour);
        Assert.Equal(newer.AccessToken, (await FetchAsync(source)).Credential.AccessToken.Reveal());
        Assert.Null(source.Warning);
    }
}
