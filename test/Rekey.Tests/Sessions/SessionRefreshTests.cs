using Rekey.Testing;
using Rekey.Testing.Sessions;

namespace Rekey.Tests.Sessions;

/// <summary>Obtained, validated, stored, swapped, in that order; whatever fails, what works stays in use and nothing is lost.</summary>
public sealed class SessionRefreshTests : SessionTest
{
    [Fact]
    public async Task A_refresh_obtains_validates_stores_and_swaps()
    {
        Configured = NewSession();
        var slack = Make();
        var before = await Get(slack);

        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));

        var after = await Get(slack);
        Assert.NotEqual(Token(before), Token(after));
        Assert.True(after.IsVerified);
        var record = (await Store.ReadAsync("slack", default))!;
        Assert.Equal(Token(after), record.Current["token"]!.Value.Reveal());
        Assert.Null(record.Pending);
        Assert.Equal(1, slack.Session!.Refreshes);
        Assert.Equal(Time.GetUtcNow(), slack.Session.RefreshedAt);
        // Written ahead before it was proved, and as the current one only afterwards.
        Assert.Equal([null, null, Token(after), null], Store.Written.Select(static r => r.Pending?["token"]?.Reveal()));
    }

    [Fact]
    public async Task The_count_and_the_session_outlive_the_process()
    {
        Configured = NewSession();
        var first = Make();
        await Get(first);
        await Refresh(first);
        await Refresh(first);
        var token = Token(await Get(first));

        var second = Make();

        Assert.Equal(token, Token(await Get(second)));
        Assert.Equal(2, second.Session!.Refreshes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_passes_is_tried_again_and_three_times_at_most(int failures)
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        The.BeforeGrant = number => number <= failures ? throw new CredentialException(SessionErrors.Network("scripted", "it is away")) : Task.CompletedTask;

        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));

        Assert.Equal(failures + 1, The.Refreshes);
        var told = Events.Latest("slack", 100).Where(static e => e.Kind is CredentialEventKind.AttemptFailed or CredentialEventKind.Refreshed).Reverse();
        Assert.Equal([.. Enumerable.Range(1, failures).Select(static n => (CredentialEventKind.AttemptFailed, n)), (CredentialEventKind.Refreshed, failures + 1)],
            told.Select(static e => (e.Kind, e.Attempt!.Value)));
    }

    [Fact]
    public async Task After_three_attempts_it_has_failed_and_the_current_session_stays_in_use()
    {
        Configured = NewSession();
        var slack = Make();
        var before = Token(await Get(slack));
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.Network("scripted", "it is away"));

        var error = await Fails(slack);

        Assert.Equal(("NETWORK_ERROR", true), (error.Code, error.Retryable));
        Assert.Equal(3, The.Refreshes);
        Assert.Equal(before, Token(await Get(slack)));
        Assert.Equal(CredentialPhase.Degraded, slack.Status.Phase);
    }

    [Fact]
    public async Task The_backoff_doubles_from_a_second_within_a_quarter_either_way()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        var asked = new List<DateTimeOffset>();
        The.BeforeGrant = _ =>
        {
            asked.Add(Time.GetUtcNow());
            throw new CredentialException(SessionErrors.Network("scripted", "it is away"));
        };

        await Until.Done(slack.RefreshAsync(RefreshTrigger.Manual), Time, TimeSpan.FromMilliseconds(50));

        Assert.InRange((asked[1] - asked[0]).TotalSeconds, 0.75, 1.35);
        Assert.InRange((asked[2] - asked[1]).TotalSeconds, 1.5, 2.6);
    }

    [Fact]
    public async Task A_retry_after_past_the_budget_answers_at_once_and_is_honoured()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.RateLimited("scripted", TimeSpan.FromSeconds(90)));
        var began = Time.GetUtcNow();

        // Under a clock that stands still: nothing is waited for.
        var error = Assert.IsType<RefreshResult.Failed>(await slack.RefreshAsync(RefreshTrigger.Manual)).Error;

        Assert.Equal(("RATE_LIMITED", true, 1), (error.Code, error.Retryable, The.Refreshes));
        Assert.True(slack.Status.NextAttemptAt >= began + TimeSpan.FromSeconds(90));

        The.BeforeGrant = null;
        Assert.Equal("RATE_LIMITED", (await Fails(slack)).Code); // whoever asks is no reason for less patience
        Assert.Equal(1, The.Refreshes);
        Time.Advance(TimeSpan.FromSeconds(91));
        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));
    }

    [Fact]
    public async Task A_retry_after_within_the_budget_is_waited_for()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        The.BeforeGrant = number => number == 1 ? throw new CredentialException(SessionErrors.RateLimited("scripted", TimeSpan.FromSeconds(4))) : Task.CompletedTask;
        var began = Time.GetUtcNow();

        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));

        Assert.True(Time.GetUtcNow() - began >= TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task What_does_not_pass_is_not_tried_again()
    {
        Configured = NewSession();
        var slack = Make();
        var before = Token(await Get(slack));
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.InvalidResponse("scripted", "its page holds no token"));

        Assert.Equal("INVALID_RESPONSE", (await Fails(slack)).Code);

        Assert.Equal(1, The.Refreshes);
        Assert.Equal(before, Token(await Get(slack)));
    }

    [Fact]
    public async Task A_session_that_the_service_refuses_is_not_taken_although_it_was_granted()
    {
        Configured = NewSession();
        var slack = Make();
        var before = Token(await Get(slack));
        The.GrantsRefusedTokens = true;

        Assert.Equal("INVALID_RESPONSE", (await Fails(slack)).Code);

        Assert.Equal(before, Token(await Get(slack)));
        var record = (await Store.ReadAsync("slack", default))!;
        Assert.Equal((before, (SessionState?)null, 0L), (record.Current["token"]!.Value.Reveal(), record.Pending, record.Refreshes));
    }

    [Fact]
    public async Task A_revoked_session_stays_in_use_and_waits_for_a_human()
    {
        Configured = NewSession();
        var slack = Make();
        var before = Token(await Get(slack));
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.Revoked("Over.", "Sign in."));

        Assert.Equal(("SESSION_REVOKED", false), ((await Fails(slack)) is var e ? e.Code : "", e.Retryable));

        Assert.Equal(before, Token(await Get(slack)));
        Assert.Equal((CredentialPhase.NeedsUserAction, (DateTimeOffset?)null), (slack.Status.Phase, slack.Status.NextAttemptAt));
    }

    [Fact]
    public async Task While_the_store_cannot_be_written_nothing_is_spent()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var slack = Make();
        var before = Token(await Get(slack));
        Store.IsReadOnly = true;

        Assert.Equal(("STORAGE_ERROR", true), ((await Fails(slack)) is var e ? e.Code : "", e.Retryable));

        Assert.Equal((0, before), (The.Refreshes, Token(await Get(slack))));
        Store.IsReadOnly = false;
        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refresh_that_succeeds_and_cannot_be_stored_is_kept_and_stored_by_the_next(bool isSingleUse)
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse);
        Configured = NewSession();
        var slack = Make();
        var before = Token(await Get(slack));
        The.AfterGrant = _ =>
        {
            Store.IsReadOnly = true; // the disk fills up in this very moment
            return Task.CompletedTask;
        };

        Assert.Equal("STORAGE_ERROR", (await Fails(slack)).Code);
        Assert.Equal(before, Token(await Get(slack)));
        Assert.Equal(1, The.Refreshes); // the attempts after the first only write

        The.AfterGrant = null;
        Store.IsReadOnly = false;
        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));
        Assert.Equal((1, 1L), (The.Refreshes, slack.Session!.Refreshes));
        Assert.Equal(Token(await Get(slack)), (await Store.ReadAsync("slack", default))!.Current["token"]!.Value.Reveal());
        Assert.Equal(0, The.Reuses);
    }

    [Fact]
    public async Task When_nothing_else_works_a_session_is_used_from_memory_although_it_cannot_be_stored()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true) { Life = TimeSpan.FromHours(1) };
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        await Refresh(slack);
        Store.IsReadOnly = true;
        Time.Advance(TimeSpan.FromHours(2));

        var lease = await Get(slack);

        Assert.True(lease.Term.Expires!.Value.Wall > Time.GetUtcNow());
        Assert.Contains("in memory alone", slack.Status.AnsweredBy, StringComparison.Ordinal);
        Assert.Equal(CredentialPhase.Degraded, slack.Status.Phase);
        Store.IsReadOnly = false;
        Assert.IsNotType<RefreshResult.Failed>(await Refresh(slack));
        Assert.Equal((await Store.ReadAsync("slack", default))!.Current["token"]!.Value.Reveal(), Token(await Get(slack)));
    }

    [Fact]
    public async Task A_process_that_died_after_writing_ahead_is_followed_by_one_that_goes_on_from_there()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var first = Make();
        await Get(first);
        The.OnVerify = () => The.Refreshes > 0 ? throw new InvalidOperationException("killed") : null; // the process ends before it can ask
        await Fails(first);
        The.OnVerify = null;
        var pending = (await Store.ReadAsync("slack", default))!.Pending!;

        var second = Make();

        Assert.Equal(pending["token"]!.Value.Reveal(), Token(await Get(second)));
        Assert.Equal((1, 1L, 0), (The.Refreshes, second.Session!.Refreshes, The.Reuses));
    }

    [Fact]
    public async Task A_service_that_cannot_be_asked_about_a_granted_session_is_asked_again_and_nothing_is_granted_twice()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        The.OnVerify = () => Verification.Indeterminate(SessionErrors.Network("scripted", "it is away"));

        Assert.Equal("NETWORK_ERROR", (await Fails(slack)).Code);
        The.OnVerify = null;
        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));

        Assert.Equal((1, 0), (The.Refreshes, The.Reuses));
    }

    [Fact]
    public async Task A_refused_session_whose_grant_was_single_use_is_the_one_that_is_refreshed_next()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var slack = Make();
        var before = Token(await Get(slack));
        The.GrantsRefusedTokens = true;
        Assert.Equal("INVALID_RESPONSE", (await Fails(slack)).Code);
        The.GrantsRefusedTokens = false;

        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));

        Assert.Equal(0, The.Reuses);
        Assert.NotEqual(before, Token(await Get(slack)));
    }

    [Fact]
    public async Task Cancelling_the_caller_ends_the_wait_and_not_the_refresh()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        var release = new TaskCompletionSource();
        The.AfterGrant = _ => release.Task;
        using var cancel = new CancellationTokenSource();
        var impatient = slack.RefreshAsync(RefreshTrigger.Manual, cancel.Token);
        await Until.True(() => The.Refreshes == 1);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        release.SetResult();

        await Until.True(() => slack.Session!.Refreshes == 1);
        Assert.Equal(0, The.Reuses);
    }

    [Fact]
    public async Task Shutting_down_waits_for_an_exchange_that_has_begun()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        var release = new TaskCompletionSource();
        The.AfterGrant = _ => release.Task;
        _ = slack.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => The.Refreshes == 1);

        var ending = slack.DisposeAsync().AsTask();
        Assert.False(ending.IsCompleted);
        release.SetResult();
        await Until.Done(ending, Time, TimeSpan.FromMilliseconds(100));

        Assert.Equal(1, (await Store.ReadAsync("slack", default))!.Refreshes);
    }
}
