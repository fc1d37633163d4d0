using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class SuccessionTests : LifecycleTest
{
    [Fact]
    public async Task A_lease_is_published_when_every_required_consumer_has_prepared()
    {
        var gate = new TaskCompletionSource();
        var (quick, slow) = (new ScriptedConsumer("quick"), new ScriptedConsumer("slow"));
        var credential = Make();
        credential.Attach(quick);
        credential.Attach(slow);
        var first = await credential.GetAsync();
        slow.OnPrepare = (_, _) => gate.Task;
        Rotate("password-2");

        var swap = credential.RefreshAsync(RefreshTrigger.Rotation);
        await Until.True(() => slow.Story.Count == 3);
        Assert.Same(first, credential.Active);
        Assert.Equal(["prepare 1", "commit 1", "prepare 2"], quick.Story);

        gate.SetResult();
        await swap;
        Assert.Equal(2, credential.Active!.Number);
        Assert.Equal(["prepare 1", "commit 1", "prepare 2", "commit 2"], slow.Story);
        Assert.Equal(["prepare 1", "commit 1", "prepare 2", "commit 2"], quick.Story);
    }

    [Fact]
    public async Task A_consumer_that_cannot_prepare_aborts_the_swap_for_all()
    {
        var (first, second) = (new ScriptedConsumer("first"), new ScriptedConsumer("second"));
        var credential = Make();
        credential.Attach(first);
        credential.Attach(second);
        var lease = await credential.GetAsync();
        second.OnPrepare = static (_, _) => throw new InvalidOperationException("no room");
        Rotate("password-2");

        var error = ErrorOf(await credential.RefreshAsync(RefreshTrigger.Rotation));

        Assert.Equal("CONSUMER_NOT_READY", error.Code);
        Assert.Same(lease, await credential.GetAsync());
        Assert.Equal(["prepare 1", "commit 1", "prepare 2", "abort 2"], first.Story);
        second.OnPrepare = null;
        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Schedule));
        Assert.Equal(0, first.OpenPreparations);
    }

    [Fact]
    public async Task A_consumer_that_hangs_ends_at_its_limit_and_what_it_prepares_later_is_undone()
    {
        var gate = new TaskCompletionSource();
        var consumer = new ScriptedConsumer();
        var credential = Make();
        credential.Attach(consumer);
        await credential.GetAsync();
        consumer.OnPrepare = (_, _) => gate.Task;
        Rotate("password-2");

        var swap = credential.RefreshAsync(RefreshTrigger.Rotation);
        await Until.True(() => consumer.Story.Count == 3);
        Time.Advance(Policy.PrepareTimeout);

        Assert.Equal("CONSUMER_NOT_READY", ErrorOf(await swap).Code);
        gate.SetResult();
        await Until.True(() => consumer.Story.Contains("abort 2"));
    }

    [Fact]
    public async Task An_optional_consumer_holds_up_nothing()
    {
        var optional = new ScriptedConsumer("optional", isRequired: false) { OnPrepare = static (_, _) => throw new InvalidOperationException() };
        var credential = Make();
        credential.Attach(optional);

        await credential.GetAsync();

        Assert.Equal(["prepare 1"], optional.Story);
    }

    [Fact]
    public async Task The_previous_lease_stays_ready_for_a_while_and_is_then_released()
    {
        var consumer = new ScriptedConsumer();
        var credential = Make();
        credential.Attach(consumer);
        await credential.GetAsync();
        Rotate("password-2");
        await credential.RefreshAsync(RefreshTrigger.Rotation);

        Assert.True(credential.Status.HasStandby);
        Assert.DoesNotContain("release 1", consumer.Story);
        Time.Advance(Policy.ObserveWindow);
        credential.RunDue();

        Assert.False(credential.Status.HasStandby);
        Assert.Equal("release 1", consumer.Story.Last());
    }

    [Fact]
    public async Task A_lease_is_revoked_only_when_nothing_holds_it_and_its_successor_is_active()
    {
        The.IssuesLeases = true;
        var credential = Make();
        var first = await credential.GetAsync();
        Assert.True(first.TryHold(out var transaction));
        Rotate("password-2");
        await credential.RefreshAsync(RefreshTrigger.Rotation);
        Time.Advance(Policy.ObserveWindow);
        credential.RunDue();

        Assert.Empty(The.Revoked);
        Assert.Equal(1, credential.Status.Draining);
        transaction!.Dispose();
        transaction.Dispose(); // twice counts once

        await Until.True(() => The.Revoked.Count == 1);
        Assert.Same(first, The.Revoked.Single());
        Assert.False(first.TryHold(out _));
        await Until.True(() => credential.Status.Draining == 0);
    }

    [Fact]
    public async Task Permissions_that_the_new_version_lacks_bring_the_previous_one_back()
    {
        var consumer = new ScriptedConsumer();
        var credential = Make();
        credential.Attach(consumer);
        var first = await credential.GetAsync();
        The.Accept(Plant("password-2").Reveal()).Current = "password-2"; // both are accepted; the new one lacks a grant
        await credential.RefreshAsync(RefreshTrigger.Rotation);
        var second = credential.Active!;

        for (var i = 0; i < Policy.RollbackAfter; i++)
            credential.ReportForbidden(second);

        await Until.True(() => credential.Active == first && !credential.IsRefreshing);
        Assert.Same(first, consumer.Committed);
        Assert.Contains("release 2", consumer.Story);
        Assert.Equal("CREDENTIAL_ROLLED_BACK", credential.Status.LastError!.Code);
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);

        // The source still returns what was rolled back: it does not come straight back in.
        Assert.Equal("CREDENTIAL_ROLLED_BACK", ErrorOf(await credential.RefreshAsync(RefreshTrigger.Rotation)).Code);
        Assert.Same(first, await credential.GetAsync());
        The.Accept(Plant("password-3").Reveal()).Current = "password-3";
        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Rotation));
    }

    [Fact]
    public async Task Denials_after_the_observation_or_on_an_old_lease_bring_nothing_back()
    {
        var credential = Make();
        var first = await credential.GetAsync();
        The.Accept(Plant("password-2").Reveal()).Current = "password-2";
        await credential.RefreshAsync(RefreshTrigger.Rotation);
        var second = credential.Active!;

        for (var i = 0; i < 10; i++)
            credential.ReportForbidden(first);
        Time.Advance(Policy.ObserveWindow);
        credential.RunDue();
        for (var i = 0; i < 10; i++)
            credential.ReportForbidden(second);

        Assert.False(credential.IsRefreshing);
        Assert.Same(second, credential.Active);
    }

    [Fact]
    public async Task A_previous_lease_whose_password_is_dead_is_never_brought_back()
    {
        var credential = Make();
        await credential.GetAsync();
        Rotate("password-2");
        await credential.RefreshAsync(RefreshTrigger.Rotation);
        var second = credential.Active!;

        for (var i = 0; i < Policy.RollbackAfter; i++)
            credential.ReportForbidden(second);

        await Until.True(() => !credential.IsRefreshing && credential.Status.LastError is not null);
        Assert.Equal("NO_STANDBY", credential.Status.LastError!.Code);
        Assert.Same(second, credential.Active);
    }

    [Fact]
    public async Task A_chain_of_quick_rotations_keeps_one_lease_ready_and_ends_the_others()
    {
        The.IssuesLeases = true;
        var credential = Make();
        await credential.GetAsync();
        for (var i = 2; i <= 10; i++)
        {
            Rotate($"password-{i}");
            await credential.RefreshAsync(RefreshTrigger.Rotation);
        }

        await Until.True(() => The.Revoked.Count == 8);
        Assert.Equal(Enumerable.Range(1, 8), The.Revoked.Select(l => (int)l.Number).Order());
        await Until.True(() => credential.Status.Ended == 8);
        Assert.Equal(10, credential.Status.Issued);
    }

    [Fact]
    public async Task Disposing_gives_every_lease_back_and_issues_no_more()
    {
        The.IssuesLeases = true;
        var credential = Make();
        await credential.GetAsync();
        Rotate("password-2");
        await credential.RefreshAsync(RefreshTrigger.Rotation);

        await Until.Done(credential.DisposeAsync().AsTask(), Time, TimeSpan.FromMilliseconds(100));

        Assert.Equal(2, The.Revoked.Count);
        Assert.Equal("STOPPED", (await Fails(async () => await credential.GetAsync())).Code);
        Assert.Equal(2, The.Fetches);
    }

    [Fact]
    public async Task A_shutdown_during_a_fetch_publishes_nothing()
    {
        var credential = Make();
        The.OnFetch = static token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        var waiting = credential.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => The.Fetches == 1);

        await Until.Done(credential.DisposeAsync().AsTask(), Time, TimeSpan.FromMilliseconds(100));

        Assert.Equal("STOPPED", ErrorOf(await waiting).Code);
        Assert.Null(credential.Active);
    }

    [Fact]
    public async Task A_shutdown_while_a_lease_is_being_proved_gives_it_back_and_lets_go_of_its_parent()
    {
        var session = new Authority(Time) { IssuesLeases = true };
        session.Accept("password-1");
        var parent = Make("session", session.Source);
        The.IssuesLeases = true;
        var credential = Make(parent: parent, bond: ParentBond.Life);
        await parent.GetAsync();
        The.OnVerify = static token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        var waiting = credential.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => The.Verifications == 2); // after the parent's

        await Until.Done(credential.DisposeAsync().AsTask());
        await Until.Done(parent.DisposeAsync().AsTask());

        Assert.Equal("STOPPED", ErrorOf(await waiting).Code);
        Assert.Equal((1, 1), (The.Revoked.Count, session.Revoked.Count));
        Assert.Equal(credential.Status.Issued, credential.Status.Ended);
    }

    [Fact]
    public async Task The_end_waits_until_what_was_never_used_is_given_back_too()
    {
        The.IssuesLeases = true;
        var credential = Make();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        The.OnRevoke = () => gate.Task;
        The.Current = Plant("password-wrong").Reveal();
        await credential.RefreshAsync(RefreshTrigger.Manual);

        var ending = credential.DisposeAsync().AsTask();
        Assert.False(ending.IsCompleted);
        gate.SetResult();
        await Until.Done(ending);

        Assert.Single(The.Revoked);
    }
}
