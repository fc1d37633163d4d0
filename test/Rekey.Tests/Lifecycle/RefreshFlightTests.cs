using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class RefreshFlightTests
{
    private static readonly RefreshResult Done = new RefreshResult.Failed(CredentialErrors.NoStandby("done"));

    private static RefreshResult Stopped() => new RefreshResult.Failed(CredentialErrors.Stopped("flight"));

    [Fact]
    public async Task Triggers_that_bring_news_share_one_further_run_and_the_others_join_the_one_under_way()
    {
        var time = new ManualTimeProvider();
        var (runs, gate) = (0, new TaskCompletionSource());
        var flight = new RefreshFlight(
            async (_, _) =>
            {
                Interlocked.Increment(ref runs);
                await gate.Task;
                return Done;
            },
            new RefreshPace(TimeSpan.FromSeconds(5), 10, isProgressFree: true, time), Stopped, time);

        var first = flight.Request(RefreshTrigger.Manual);
        await Until.True(() => runs == 1);
        Assert.Same(first, flight.Request(RefreshTrigger.Demand));
        Assert.Same(first, flight.Request(RefreshTrigger.Schedule));
        var news = flight.Request(RefreshTrigger.Rotation);
        Assert.NotSame(first, news);
        Assert.Same(news, flight.Request(RefreshTrigger.Manual));
        gate.SetResult();
        await Task.WhenAll(first, news);

        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_run_that_waits_for_its_turn_has_read_nothing_yet_and_is_joined_by_everyone()
    {
        var time = new ManualTimeProvider();
        var runs = 0;
        var flight = new RefreshFlight(
            (_, _) =>
            {
                Interlocked.Increment(ref runs);
                return Task.FromResult(Done);
            },
            new RefreshPace(TimeSpan.FromSeconds(5), 1, isProgressFree: true, time), Stopped, time);
        await flight.Request(RefreshTrigger.Manual);

        var waiting = flight.Request(RefreshTrigger.Manual);
        await Until.True(() => time.ArmedTimers == 1);
        Assert.Same(waiting, flight.Request(RefreshTrigger.Rotation));
        Assert.Equal(1, runs);
        time.Advance(TimeSpan.FromSeconds(5));
        await waiting;

        Assert.Equal(2, runs);
    }

    [Theory]
    [InlineData(RefreshTrigger.Manual)]
    [InlineData(RefreshTrigger.Rejection)]
    [InlineData(RefreshTrigger.Rotation)]
    public async Task Whoever_wants_the_source_itself_to_look_is_not_lost_in_the_news_of_a_parent(RefreshTrigger wish)
    {
        var time = new ManualTimeProvider();
        var triggers = new List<RefreshTrigger>();
        var flight = new RefreshFlight(
            (trigger, _) =>
            {
                triggers.Add(trigger);
                return Task.FromResult(Done);
            },
            new RefreshPace(TimeSpan.FromSeconds(5), 1, isProgressFree: true, time), Stopped, time);
        await flight.Request(RefreshTrigger.Demand);

        var wished = flight.Request(wish);
        await Until.True(() => time.ArmedTimers == 1);
        Assert.Same(wished, flight.Request(RefreshTrigger.Parent));
        await Until.True(() => triggers.Count == 2); // the news is taken over at once, the wish waits for its pace
        time.Advance(TimeSpan.FromSeconds(5));
        await wished;

        Assert.Equal([RefreshTrigger.Demand, RefreshTrigger.Parent, wish], triggers);
    }

    [Fact]
    public async Task Stopping_answers_everyone_and_lets_nothing_begin()
    {
        var time = new ManualTimeProvider();
        var began = new TaskCompletionSource();
        var flight = new RefreshFlight(
            async (_, stopping) =>
            {
                began.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, time, stopping);
                return Done;
            },
            new RefreshPace(TimeSpan.FromSeconds(5), 10, isProgressFree: true, time), Stopped, time);
        var running = flight.Request(RefreshTrigger.Manual);
        await began.Task;
        var next = flight.Request(RefreshTrigger.Rotation);

        await flight.StopAsync();

        foreach (var result in new[] { await running, await next, await flight.Request(RefreshTrigger.Manual) })
            Assert.Equal("STOPPED", Assert.IsType<RefreshResult.Failed>(result).Error.Code);
    }

    [Fact]
    public async Task Under_a_storm_of_triggers_one_run_flies_at_a_time_and_each_is_answered_by_a_reading_after_it()
    {
        var seed = Random.Shared.Next();
        var time = new ManualTimeProvider();
        var (flying, world, overlaps) = (0, 0, 0);
        var flight = new RefreshFlight(
            async (_, _) =>
            {
                if (Interlocked.Increment(ref flying) > 1)
                    Interlocked.Increment(ref overlaps);
                var seen = Volatile.Read(ref world);
                await Task.Yield();
                Interlocked.Decrement(ref flying);
                return new RefreshResult.Failed(CredentialErrors.NoStandby(seen.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            },
            new RefreshPace(TimeSpan.FromSeconds(5), int.MaxValue, isProgressFree: true, time), Stopped, time);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var random = new Random(seed + worker);
            for (var i = 0; i < 2000; i++)
            {
                var before = Interlocked.Increment(ref world);
                var result = Assert.IsType<RefreshResult.Failed>(await flight.Request(RefreshTrigger.Rotation));
                var seen = int.Parse(result.Error.Message.Split('\'')[1], System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(seen >= before, $"seed {seed}: a trigger at {before} was answered by a reading of {seen}");
                if (random.Next(3) == 0)
                    await Task.Yield();
            }
        })));

        Assert.Equal(0, overlaps);
    }
}
