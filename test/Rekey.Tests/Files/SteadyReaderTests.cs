using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

public sealed class SteadyReaderTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Two_looks_that_agree_are_enough()
    {
        var looks = 0;
        var began = _time.GetTimestamp();
        var reader = Reader(() => $"same {looks++ * 0}");

        var reading = await Until.Done(reader.ReadAsync(CancellationToken.None), _time, Step);

        Assert.Equal("same 0", reading?.Document?.Content.Reveal());
        Assert.Equal(2, looks);
        Assert.True(_time.GetElapsedTime(began) >= Step);
    }

    [Fact]
    public async Task What_changes_at_every_look_is_given_up_after_five_longer_and_longer_pauses()
    {
        var looks = 0;
        var reader = Reader(() => $"look {Interlocked.Increment(ref looks)}");

        var reading = reader.ReadAsync(CancellationToken.None);

        foreach (var pause in new[] { 10, 20, 40, 80, 160 })
        {
            await Until.True(() => _time.ArmedTimers == 1);
            _time.Advance(TimeSpan.FromMilliseconds(pause - 1));
            Assert.Equal(1, _time.ArmedTimers);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.Null(await reading);
        Assert.Equal(6, looks);
    }

    [Fact]
    public async Task A_failure_counts_when_it_is_found_twice()
    {
        var looks = 0;
        var reader = new SteadyReader(
            () => looks++ == 0 ? Reading.Failed(FileErrors.Missing("file:///x")) : ReadingOf("back again"), _time);

        var reading = await Until.Done(reader.ReadAsync(CancellationToken.None), _time, Step);

        Assert.Equal("back again", reading?.Document?.Content.Reveal());
        Assert.Equal(3, looks);
    }

    [Fact]
    public async Task Whoever_comes_while_a_look_hangs_waits_for_the_same_look()
    {
        var looks = 0;
        using var hang = new ManualResetEventSlim();
        var reader = Reader(() =>
        {
            Interlocked.Increment(ref looks);
            hang.Wait();
            return "at last";
        });
        using var cancel = new CancellationTokenSource();

        var first = reader.ReadAsync(cancel.Token);
        await Until.True(() => Volatile.Read(ref looks) == 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var second = reader.ReadAsync(CancellationToken.None);

        Assert.Equal(1, Volatile.Read(ref looks));
        hang.Set();
        Assert.Equal("at last", (await Until.Done(second, _time, Step))?.Document?.Content.Reveal());
        Assert.Equal(2, looks);
    }

    private SteadyReader Reader(Func<string> look) => new(() => ReadingOf(look()), _time);

    private static Reading ReadingOf(string content) => Reading.Of(SecretDocument.FromText(new Secret(content)), content);
}
