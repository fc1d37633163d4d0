using Rekey.Testing;
using Rekey.Testing.Sessions;

namespace Rekey.Tests.Sessions;

/// <summary>What must not cost anybody a session: another of the same name, a store that comes and goes, a file taken away, a typing error.</summary>
public sealed class SessionSurvivalTests : SessionTest
{
    [Fact]
    public async Task Two_workspaces_under_one_name_never_meet()
    {
        var (store, acme, globex) = (new MemoryCredentialStore(), new ScriptedSessionAuthority(Time, isSingleUse: false) { Name = "acme" }, new ScriptedSessionAuthority(Time, isSingleUse: false) { Name = "globex" });
        SessionSource<SecretDocument> Of(ScriptedSessionAuthority authority, SecretDocument configured) => new(new SessionSourceOptions<SecretDocument>
        {
            Credential = "slack",
            Authority = authority,
            Store = store,
            Configured = new Fixed(configured),
            Time = Time,
            Logger = Logger,
        });
        var (one, two) = (acme.Begin(Plant), globex.Begin(Plant));

        var first = await Of(acme, one).FetchAsync(new(RefreshTrigger.Demand, null), default);
        var second = await Of(globex, two).FetchAsync(new(RefreshTrigger.Demand, null), default);
        var again = await Of(acme, one).FetchAsync(new(RefreshTrigger.Demand, null), default);

        Assert.Equal((Token(one), Token(two), Token(one)), (Token(first.Credential), Token(second.Credential), Token(again.Credential)));
    }

    [Fact]
    public async Task What_could_not_be_stored_is_stored_within_a_minute_of_its_being_possible()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true) { Life = TimeSpan.FromHours(1) };
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        await Refresh(slack);
        Store.IsReadOnly = true;
        Time.Advance(TimeSpan.FromHours(2));
        var token = Token(await Get(slack));

        Store.IsReadOnly = false;
        Assert.InRange(slack.Status.NextAttemptAt!.Value - Time.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromSeconds(66));
        Time.Advance(TimeSpan.FromMinutes(2));
        await Refresh(slack, RefreshTrigger.Schedule);

        Assert.Equal(token, (await Store.ReadAsync("slack", default))!.Current["token"]!.Value.Reveal());
        Assert.False(slack.Session!.IsUnsaved);
        Assert.Equal(2, The.Refreshes);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_tried_once_more_at_the_end()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        The.AfterGrant = _ =>
        {
            Store.IsReadOnly = true;
            return Task.CompletedTask;
        };
        Assert.Equal("STORAGE_ERROR", (await Fails(slack)).Code);
        Store.IsReadOnly = false;

        await Until.Done(slack.DisposeAsync().AsTask(), Time, TimeSpan.FromSeconds(1));

        Assert.NotNull((await Store.ReadAsync("slack", default))!.Pending);
    }

    [Fact]
    public async Task A_stored_session_that_died_before_it_was_taken_over_is_refreshed()
    {
        Configured = NewSession();
        var (asleep, awake) = (Make(), Make());
        await Get(asleep);
        await Get(awake);
        await Refresh(awake);
        The.End((await Get(awake)).Credential);

        Assert.IsType<RefreshResult.Refreshed>(await Refresh(asleep));

        Assert.Equal(2, The.Refreshes);
        Assert.Equal(CredentialPhase.Ready, asleep.Status.Phase);
    }

    [Fact]
    public async Task A_record_that_was_taken_away_costs_nobody_the_session_in_use_and_is_written_back()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        await Refresh(slack);
        var token = Token(await Get(slack));

        Store.Clear();
        Assert.IsType<RefreshResult.Unchanged>(await Refresh(slack, RefreshTrigger.Rotation));

        Assert.Equal(token, (await Store.ReadAsync("slack", default))!.Current["token"]!.Value.Reveal());
        Assert.Equal((token, 1, 0), (Token(await Get(slack)), The.Refreshes, The.Reuses));
    }

    [Fact]
    public async Task A_store_that_is_unreadable_for_a_moment_does_not_bring_the_first_values_back()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        await Refresh(slack);
        var token = Token(await Get(slack));

        Store.IsUnreadable = true;
        await Refresh(slack, RefreshTrigger.Rotation);
        Assert.Equal(token, Token(await Get(slack)));
        Assert.Equal("STORAGE_ERROR", (await Fails(slack)).Code);

        Store.IsUnreadable = false;
        Assert.Equal(token, Token(await Get(slack)));
    }

    [Fact]
    public async Task New_values_with_a_typing_error_are_told_when_the_stored_session_is_over()
    {
        Configured = NewSession();
        var first = Make();
        await Get(first);
        The.EndSessions();
        Configured = SecretDocument.FromFields([new("typo", Plant("a-value-with-a-typing-error"))]);

        var error = await Fails(Make());

        Assert.Equal("SECRET_INVALID", error.Code);
        Assert.Contains("typo: has no form", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_values_are_found_although_the_session_is_over_and_nothing_announces_them()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        slack.BeginWatching();
        The.EndSessions();
        Assert.Equal("SESSION_REVOKED", (await Fails(slack)).Code);
        var asked = The.Refreshes;
        Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(asked, The.Refreshes); // nobody asks about what is over

        Configured = NewSession();
        Time.Advance(TimeSpan.FromMinutes(6));

        await Until.True(() => slack.Active is { } lease && Token(lease) == Token(Configured));
    }

    [Fact]
    public async Task Processes_whose_refresh_changes_nothing_share_it_too()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: false) { IssuesTheSame = true }; // which names no time: nothing is due by itself
        Configured = NewSession();
        var processes = Enumerable.Range(0, 5).Select(_ => Make()).ToList();
        foreach (var one in processes)
            await Get(one);
        var (before, allWait) = (Store.LocksAsked, new TaskCompletionSource());
        The.BeforeGrant = _ => allWait.Task;

        // Under a clock that stands still: "just now" stays just now, however busy the machine is.
        var refreshes = Task.WhenAll(processes.Select(static p => p.RefreshAsync(RefreshTrigger.Manual)));
        await Until.True(() => Store.LocksAsked == before + processes.Count); // each has seen the session as it was before
        allWait.SetResult();
        await refreshes;

        Assert.Equal(1, The.Refreshes);
        Assert.All(processes, static p => Assert.Equal(1, p.Session!.Refreshes));
    }

    [Fact]
    public async Task No_header_makes_anybody_wait_for_a_year()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.RateLimited("scripted", TimeSpan.FromDays(365)));
        await Fails(slack);
        Assert.True(slack.Status.NextAttemptAt - Time.GetUtcNow() < TimeSpan.FromMinutes(61));

        The.BeforeGrant = null;
        Time.Advance(TimeSpan.FromMinutes(61));

        Assert.IsType<RefreshResult.Refreshed>(await Refresh(slack));
    }

    [Fact]
    public async Task Calls_by_hand_do_not_put_off_what_is_done_by_itself()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.InvalidResponse("scripted", "its page has changed"));

        for (var i = 0; i < 8; i++)
            await Fails(slack);

        Assert.True(slack.Status.NextAttemptAt - Time.GetUtcNow() < TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_probe_of_what_is_broken_neither_waits_for_the_pace_nor_keeps_asking()
    {
        Configured = NewSession();
        var slack = Make();
        var lease = await Get(slack);
        The.EndToken(lease.Credential.Field("token")!.Value);
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.InvalidResponse("scripted", "its page has changed"));

        Verification? last = null;
        for (var i = 0; i < 360; i++)
        {
            last = await Until.Done(slack.ProbeAsync(), Time, TimeSpan.FromMilliseconds(10));
            Time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal((VerificationOutcome.Refused, "INVALID_RESPONSE"), (last!.Outcome, last.Error!.Code));
        Assert.InRange(The.Refreshes, 1, 130); // an hour of probes every ten seconds
    }

    private sealed class Fixed(SecretDocument document) : CredentialSource<SecretDocument>
    {
        public override string Reference => "env://SESSION";

        public override bool CanRotate => false;

        public override ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken) =>
            new(new SourceAnswer<SecretDocument>(document));
    }
}
