using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class ClockTests : LifecycleTest
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    private async Task<ManagedCredential<SecretValue>> Refreshed()
    {
        The.TimeToLive = TimeSpan.FromHours(1);
        var credential = Make();
        var registry = new CredentialRegistry();
        registry.Add(credential);
        _loop = new CredentialRefresher(registry, Time, Logger).RunAsync(_stop.Token);
        await Until.True(() => credential.Status.Phase is CredentialPhase.Ready);
        return credential;
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_lease_that_ended_while_the_laptop_slept_is_replaced_before_its_first_use()
    {
        var credential = await Refreshed();
        Rotate("password-2");

        Time.Sleep(TimeSpan.FromHours(8)); // no timer fires, the monotonic clock stands still

        Assert.Equal("password-2", Value(await credential.GetAsync()));
        Assert.InRange(The.Fetches, 2, 3); // the caller's, and the loop's own when it notices the jump
    }

    [Fact]
    public async Task What_is_due_in_less_than_a_timer_can_count_is_waited_for_without_a_spin()
    {
        IsVerified = false;
        var credential = Make();
        await credential.GetAsync();
        credential.Revalidate(TimeSpan.FromMilliseconds(0.4));
        var registry = new CredentialRegistry();
        registry.Add(credential);

        _loop = Task.Run(() => new CredentialRefresher(registry, Time, Logger).RunAsync(_stop.Token));

        await Until.True(() => Time.ArmedTimers > 0);
        await Until.True(() => The.Fetches == 2, Time, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task After_a_jump_of_the_clock_every_credential_is_looked_at_again()
    {
        var credential = await Refreshed();

        Time.JumpWall(TimeSpan.FromMinutes(20));

        await Until.True(() => The.Fetches == 2, Time, TimeSpan.FromSeconds(1));
        await Until.True(() => credential.Status.Phase is CredentialPhase.Ready && !credential.IsRefreshing);
        Assert.Equal(2, The.Fetches);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_wall_clock_that_is_set_an_hour_off_causes_neither_a_storm_nor_eternal_life(int hours)
    {
        var credential = await Refreshed();
        Time.JumpWall(TimeSpan.FromHours(hours));

        var leases = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => await credential.GetAsync()));
        Assert.Single(leases.Distinct());
        Assert.InRange(The.Fetches, 1, 3);
        var fetches = The.Fetches;

        for (var minute = 0; minute < 70; minute++)
        {
            Time.Advance(TimeSpan.FromMinutes(1));
            await Until.True(() => Time.ArmedTimers > 0 && !credential.IsRefreshing); // the loop has looked at the clock
        }
        Assert.InRange(The.Fetches - fetches, 1, 4);
        Assert.False((await credential.GetAsync()).Term.IsExpired(Time));
    }

    [Fact]
    public async Task What_the_source_announces_is_fetched_at_once()
    {
        var credential = await Refreshed();
        Rotate("password-2");

        The.Changed!();

        await Until.True(() => Value(credential.Active!) == "password-2");
    }

    [Fact]
    public async Task Replicas_that_start_together_part_by_a_tenth_of_the_life()
    {
        await Refreshed();
        var dues = Enumerable.Range(0, 200).Select(i => Policy.DueAfter(TimeSpan.FromHours(1), renewable: false, new Random(i).NextDouble())).ToList();

        Assert.True(dues.Max() - dues.Min() >= TimeSpan.FromMinutes(5.5));
        Assert.All(dues, due => Assert.InRange(due, TimeSpan.FromMinutes(41), TimeSpan.FromMinutes(48.1)));
    }
}
