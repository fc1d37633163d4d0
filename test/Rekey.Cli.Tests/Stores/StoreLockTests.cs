using Rekey.Files;
using Rekey.StoreCrash;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Stores;

public sealed class StoreLockTests : StoreTest
{
    [Fact]
    public async Task Two_stores_of_one_process_exclude_each_other()
    {
        var first = await Store().LockAsync(Name, CancellationToken.None);
        var second = Store().LockAsync(Name, CancellationToken.None).AsTask();
        await Until.True(() => Time.ArmedTimers > 0);
        Assert.False(second.IsCompleted);

        first.Dispose();
        first.Dispose();

        (await Passing(second)).Dispose();
    }

    [Fact]
    public async Task One_store_locks_nobody_twice_and_different_credentials_are_free_of_each_other()
    {
        var store = Store();
        using var first = await store.LockAsync(Name, CancellationToken.None);
        using var other = await store.LockAsync("other", CancellationToken.None);

        var again = store.LockAsync(Name, CancellationToken.None).AsTask();
        await Until.True(() => Time.ArmedTimers > 0);

        Assert.False(again.IsCompleted);
        first.Dispose();
        (await Passing(again)).Dispose();
    }

    [Fact]
    public async Task A_lock_that_is_not_given_back_is_waited_for_a_minute_and_then_somebody_refreshes()
    {
        using var kept = await Store().LockAsync(Name, CancellationToken.None);
        var began = Time.GetUtcNow();

        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => Until.Done(Store().LockAsync(Name, CancellationToken.None).AsTask(), Time, TimeSpan.FromSeconds(1)))).Error;

        Assert.Equal(("REFRESH_IN_PROGRESS", true), (error.Code, error.Retryable));
        Assert.InRange((Time.GetUtcNow() - began).TotalSeconds, 59, 62);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var kept = await Store().LockAsync(Name, CancellationToken.None);
        using var impatience = new CancellationTokenSource();
        var waiting = Store().LockAsync(Name, impatience.Token).AsTask();

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Two_processes_exclude_each_other_and_the_lock_of_one_that_is_killed_is_free()
    {
        await using var other = Crash.Start("hold", Folder);
        await Until.True(() => IsHeld());
        var waiting = Store(time: TimeProvider.System).LockAsync(Sample.Credential, CancellationToken.None).AsTask();

        other.Kill();
        await other.ExitAsync();

        (await waiting.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact]
    public async Task No_refresh_of_three_processes_is_lost()
    {
        const int Times = 15;
        var ends = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Crash.RunAsync("count", Folder, $"{Times}")));

        Assert.All(ends, static end => Assert.Equal((0, ""), (end.ExitCode, end.Errors)));
        Assert.Equal(3 * Times, Sample.NumberOf((await ReadAsync(Store()))!));
    }

    private bool IsHeld()
    {
        using var taken = FileLock.TryAcquire(In("slack.lock"), out var isHeld);
        return isHeld;
    }
}
