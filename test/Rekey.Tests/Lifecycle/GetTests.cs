using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class GetTests : LifecycleTest
{
    [Fact]
    public async Task The_first_caller_makes_the_source_answer_and_later_ones_get_the_same_lease()
    {
        var credential = Make();

        var first = await credential.GetAsync();
        var second = credential.GetAsync();

        Assert.True(second.IsCompletedSuccessfully);
        Assert.Same(first, await second);
        Assert.Equal(1, The.Fetches);
        Assert.True(first.IsVerified);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3600)]
    public async Task A_fresh_lease_is_returned_at_once_and_without_an_allocation(int? seconds)
    {
        The.TimeToLive = seconds is { } s ? TimeSpan.FromSeconds(s) : null;
        var credential = Make();
        await credential.GetAsync();
        for (var i = 0; i < 100; i++)
            _ = credential.GetAsync().Result;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _ = credential.GetAsync().Result;

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Five_hundred_callers_at_expiry_cause_one_fetch()
    {
        The.TimeToLive = TimeSpan.FromMinutes(10);
        var credential = Make();
        await credential.GetAsync();
        Time.Advance(TimeSpan.FromMinutes(11));
        var gate = new TaskCompletionSource();
        The.OnFetch = _ => gate.Task;
        Rotate("password-2");

        var callers = Enumerable.Range(0, 500).Select(_ => Task.Run(async () => await credential.GetAsync())).ToArray();
        await Until.True(() => The.Fetches == 2);
        gate.SetResult();
        var leases = await Task.WhenAll(callers);

        Assert.Equal(2, The.Fetches);
        Assert.Single(leases.Distinct());
        Assert.Equal("password-2", Value(leases[0]));
    }

    [Fact]
    public async Task A_due_lease_is_served_while_one_refresh_runs_behind_it()
    {
        The.TimeToLive = TimeSpan.FromHours(1);
        var credential = Make();
        var first = await credential.GetAsync();
        Time.Advance(TimeSpan.FromMinutes(50));
        var gate = new TaskCompletionSource();
        The.OnFetch = _ => gate.Task;
        Rotate("password-2");

        for (var i = 0; i < 20; i++)
            Assert.Same(first, await credential.GetAsync());
        await Until.True(() => The.Fetches == 2);
        gate.SetResult();
        await Until.True(() => credential.Active != first);

        Assert.Equal(2, The.Fetches);
        Assert.Equal("password-2", Value(await credential.GetAsync()));
    }

    [Fact]
    public async Task Cancelling_the_caller_who_began_a_fetch_disturbs_nobody_else()
    {
        var gate = new TaskCompletionSource();
        The.OnFetch = _ => gate.Task;
        var credential = Make();
        using var cancel = new CancellationTokenSource();

        var leader = credential.GetAsync(cancel.Token).AsTask();
        var follower = credential.GetAsync().AsTask();
        await Until.True(() => The.Fetches == 1);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.False(follower.IsCompleted);
        gate.SetResult();
        Assert.Equal("password-1", Value(await follower));
        Assert.Equal(1, The.Fetches);
    }

    [Fact]
    public async Task An_expired_lease_is_never_served()
    {
        The.TimeToLive = TimeSpan.FromMinutes(10);
        var credential = Make();
        await credential.GetAsync();
        The.OnFetch = _ => throw new CredentialException(CredentialErrors.SourceUnavailable("scripted", "down"));
        Time.Advance(TimeSpan.FromMinutes(10));

        var error = await Fails(async () => await credential.GetAsync());

        Assert.Equal("SOURCE_UNAVAILABLE", error.Code);
        Assert.Equal(CredentialPhase.Expired, credential.Status.Phase);
    }

    [Fact]
    public async Task A_life_of_many_weeks_overflows_no_timer()
    {
        The.TimeToLive = TimeSpan.FromDays(60);
        var credential = Make();
        var registry = new CredentialRegistry();
        registry.Add(credential);
        using var stop = new CancellationTokenSource();
        var refresher = new CredentialRefresher(registry, Time).RunAsync(stop.Token);

        await Until.True(() => credential.Active is not null);
        var began = Time.GetUtcNow();
        Rotate("password-2");
        while (The.Fetches < 2)
        {
            await Until.True(() => Time.ArmedTimers > 0 && !credential.IsRefreshing); // the loop has looked at the clock
            if (The.Fetches < 2)
                Time.Advance(TimeSpan.FromHours(6));
        }
        Assert.InRange(Time.GetUtcNow() - began, TimeSpan.FromDays(40), TimeSpan.FromDays(60));
        await Until.True(() => Value(credential.Active!) == "password-2");

        await stop.CancelAsync();
        await refresher;
    }
}
