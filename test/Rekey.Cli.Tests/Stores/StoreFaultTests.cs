using Rekey.Files;

namespace Rekey.Cli.Tests.Stores;

public sealed class StoreFaultTests : StoreTest
{
    public static TheoryData<WriteStep, bool> Faults
    {
        get
        {
            var all = new TheoryData<WriteStep, bool>();
            foreach (var step in Enum.GetValues<WriteStep>())
            {
                all.Add(step, true);
                all.Add(step, false);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_disk_that_is_full_or_forbidden_at_any_step_leaves_a_whole_record_and_no_rest(WriteStep step, bool isFull)
    {
        var disk = new FaultyDisk();
        var store = Store(disk: disk);
        await WriteAsync(store, Record("old"));

        disk.OnWrite = (step, isFull ? new IOException("No space left on device") : new UnauthorizedAccessException());
        var error = await RefusedAsync(() => WriteAsync(store, Record("new")));

        // After the rename it is the new one that stands there, and nobody can say whether it outlives a loss of power.
        Assert.Equal(Record(step is WriteStep.FlushFolder ? "new" : "old").Current["token"], await TokenAsync(store));
        Assert.Equal(["slack.json"], Names());
        Assert.Contains(File, error.Message);
        disk.OnWrite = null;
        await WriteAsync(store, Record("later"));
        Assert.Equal(Record("later").Current["token"], await TokenAsync(store));
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_folder_is_a_failure_of_the_store()
    {
        await System.IO.File.WriteAllTextAsync(Folder, "no folder", TestContext.Current.CancellationToken);

        var error = await RefusedAsync(() => Store().LockAsync(Name, CancellationToken.None).AsTask());

        Assert.Contains(Folder, error.Message);
    }

    [Fact]
    public async Task Where_no_lock_can_be_made_the_old_record_is_still_read_and_none_is_written()
    {
        await WriteAsync(Store(), Record("old"));
        System.IO.File.Delete(In("slack.lock"));
        Directory.CreateDirectory(In("slack.lock"));

        await RefusedAsync(() => WriteAsync(Store(), Record("new")));

        Assert.Equal(Record("old").Current["token"], await TokenAsync(Store()));
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_record_is_a_failure_of_the_store()
    {
        Directory.CreateDirectory(File);

        await RefusedAsync(() => WriteAsync(Store(), Record()));

        Assert.True(Directory.Exists(File));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_no_rubbish_and_is_not_overwritten()
    {
        await WriteAsync(Store(), Record("old"));
        foreach (var failure in (Exception[])[new IOException("Input/output error"), new UnauthorizedAccessException()])
        {
            var store = Store(disk: new FaultyDisk { OnRead = failure });
            var error = await RefusedAsync(() => ReadAsync(store));
            await RefusedAsync(() => WriteAsync(store, Record("new")));
            Assert.Contains(failure.GetType().Name, error.Message);
        }

        Assert.Equal(Record("old").Current["token"], await TokenAsync(Store()));
        Assert.Empty(Logged);
    }

    [Fact]
    public async Task A_rest_that_cannot_be_deleted_keeps_nobody_from_writing()
    {
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllTextAsync(In("slack.json.abcdefgh.ijk.tmp"), "half", TestContext.Current.CancellationToken);

        await WriteAsync(Store(disk: new FaultyDisk { OnDelete = new UnauthorizedAccessException() }), Record());

        Assert.NotNull(await ReadAsync(Store()));
    }

    [Fact]
    public async Task The_lock_is_free_after_a_write_that_failed()
    {
        await RefusedAsync(() => WriteAsync(Store(disk: new FaultyDisk { OnWrite = (WriteStep.Fill, new IOException()) }), Record()));

        await WriteAsync(Store(), Record());
    }

    [Fact]
    public async Task A_reader_that_gives_up_ends_its_wait_at_once()
    {
        Directory.CreateDirectory(Folder);
        await System.IO.File.WriteAllTextAsync(File, "rubbish", TestContext.Current.CancellationToken);
        using var impatience = new CancellationTokenSource();
        var reading = Store().ReadAsync(Name, impatience.Token).AsTask();

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
