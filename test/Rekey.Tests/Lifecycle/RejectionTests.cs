using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class RejectionTests : LifecycleTest
{
    [Fact]
    public async Task A_rejected_lease_is_replaced_by_the_newer_version_in_one_fetch()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        Rotate("password-2");

        Assert.Equal(1, Enumerable.Range(0, 50).Count(_ => credential.Reject(old)));
        var leases = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => await credential.GetAsync()));

        Assert.All(leases, lease => Assert.Equal("password-2", Value(lease)));
        Assert.Equal(2, The.Fetches);
    }

    [Fact]
    public async Task A_late_rejection_does_not_kill_the_new_lease()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        Rotate("password-2");
        await credential.RefreshAsync(RefreshTrigger.Rotation);

        Assert.False(credential.Reject(old));

        Assert.Equal("password-2", Value(await credential.GetAsync()));
        Assert.Equal(2, The.Fetches);
    }

    [Fact]
    public async Task In_the_window_where_the_service_refuses_what_the_source_still_returns_callers_wait_for_the_next_version()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        The.Refuse("password-1");
        The.Accept(Plant("password-2").Reveal()); // the service has changed, the source has not yet
        credential.Reject(old);

        var waiting = credential.GetAsync().AsTask();
        await Until.True(() => The.Refusals.Count == 1);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(waiting.IsCompleted);
        The.Current = "password-2";

        Assert.Equal("password-2", Value(await Until.Done(waiting, Time, TimeSpan.FromMilliseconds(200))));
        Assert.InRange(The.Refusals.Count, 1, 2);
    }

    [Fact]
    public async Task A_cold_start_inside_that_window_waits_too()
    {
        The.Refuse("password-1");
        The.Accept(Plant("password-2").Reveal());
        var credential = Make();

        var waiting = credential.GetAsync().AsTask();
        await Until.True(() => The.Refusals.Count == 1);
        Time.Advance(TimeSpan.FromSeconds(1));
        The.Current = "password-2";

        Assert.Equal("password-2", Value(await Until.Done(waiting, Time, TimeSpan.FromMilliseconds(200))));
    }

    [Fact]
    public async Task A_wait_for_the_next_version_ends_with_a_clear_error()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        The.Refuse("password-1");
        credential.Reject(old);
        var began = Time.GetUtcNow();

        var error = await Fails(() => Until.Done(credential.GetAsync().AsTask(), Time, TimeSpan.FromMilliseconds(500)));

        Assert.Equal("CREDENTIAL_REJECTED", error.Code);
        Assert.True(error.Retryable);
        Assert.True(Time.GetUtcNow() - began >= Policy.RejectionWait);
        Assert.Equal(CredentialPhase.Rejected, credential.Status.Phase);
        AssertScheduled(credential);
    }

    [Fact]
    public async Task Hundreds_of_calls_in_the_window_present_the_old_password_only_a_few_times()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        The.Refuse("password-1");
        credential.Reject(old);

        var calls = Enumerable.Range(0, 300).Select(async _ => await Assert.ThrowsAsync<CredentialException>(async () => await credential.GetAsync()));
        await Until.Done(Task.WhenAll(calls), Time, TimeSpan.FromMilliseconds(500));

        Assert.InRange(The.Refusals.Count, 1, 4);
    }

    [Fact]
    public async Task A_rejected_version_that_the_service_accepts_again_serves_again()
    {
        var credential = Make();
        var lease = await credential.GetAsync();
        The.Refuse("password-1");
        credential.Reject(lease);
        await Until.True(() => The.Refusals.Count == 1 && !credential.IsRefreshing);
        The.Accept("password-1");
        Time.Advance(TimeSpan.FromSeconds(6));

        await credential.RefreshAsync(RefreshTrigger.Schedule);

        Assert.Same(lease, await credential.GetAsync());
        Assert.Equal(CredentialPhase.Ready, credential.Status.Phase);
    }

    [Fact]
    public async Task A_version_that_was_refused_for_long_is_tried_at_once_when_the_service_refuses_the_one_in_use()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        The.Current = Plant("password-2").Reveal(); // published, and unknown to the service
        for (var i = 0; i < 20; i++)
        {
            await credential.RefreshAsync(RefreshTrigger.Schedule);
            Time.Advance(TimeSpan.FromMinutes(1));
        }
        await credential.RefreshAsync(RefreshTrigger.Schedule);
        Assert.Same(old, await credential.GetAsync());
        var began = Time.GetUtcNow();

        The.Rotate("password-2"); // somebody sets it at last
        credential.Reject(old);

        Assert.Equal("password-2", Value(await Until.Done(credential.GetAsync().AsTask(), Time, TimeSpan.FromMilliseconds(200))));
        Assert.True(Time.GetUtcNow() - began < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_source_that_is_out_of_reach_for_a_moment_of_the_window_is_waited_for()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        The.Rotate(Plant("password-2").Reveal());
        The.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("scripted://authority", "no answer"));
        credential.Reject(old);
        var waiting = credential.GetAsync().AsTask();
        await Until.True(() => credential.Status.Failures > 0 && !credential.IsRefreshing);

        The.OnFetch = null;

        Assert.Equal("password-2", Value(await Until.Done(waiting, Time, TimeSpan.FromMilliseconds(100))));
    }

    [Fact]
    public async Task Callers_that_come_in_the_window_wait_for_the_next_look_and_ask_for_none_of_their_own()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        The.Refuse("password-1");
        credential.Reject(old);
        await Until.True(() => credential.Status.Failures > 0 && !credential.IsRefreshing);
        var (fetches, timers) = (The.Fetches, Time.ArmedTimers);

        var callers = Enumerable.Range(0, 20).Select(_ => credential.GetAsync().AsTask()).ToArray();
        await Until.True(() => Time.ArmedTimers >= timers + callers.Length); // each of them waits

        Assert.Equal(fetches, The.Fetches);
        Rotate("password-2");
        Assert.All(await Until.Done(Task.WhenAll(callers), Time, TimeSpan.FromMilliseconds(100)), lease => Assert.Equal("password-2", Value(lease)));
    }
}
