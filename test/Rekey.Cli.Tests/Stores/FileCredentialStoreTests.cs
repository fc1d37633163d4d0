using System.Text;
using System.Text.Json;

namespace Rekey.Cli.Tests.Stores;

public sealed class FileCredentialStoreTests : StoreTest
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task A_record_comes_back_as_it_was_written()
    {
        var record = Record() with
        {
            Pending = new SessionState
            {
                Fields = new Dictionary<string, Secret> { ["token"] = Plant("pending \"ä\\\n\u0001 token"), ["refresh_token"] = default },
                ExpiresAt = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.FromHours(-5)),
            },
            Origins = ["one", "two"],
        };
        await WriteAsync(Store(), record);

        var read = (await ReadAsync(Store()))!;

        Assert.True(read.Current.HoldsSameAs(record.Current));
        Assert.True(read.Pending!.HoldsSameAs(record.Pending));
        Assert.Equal((record.Current.RefreshedAt, null), (read.Current.RefreshedAt, read.Current.ExpiresAt));
        Assert.Equal((null, record.Pending.ExpiresAt), (read.Pending.RefreshedAt, read.Pending.ExpiresAt));
        Assert.Equal((record.Refreshes, record.AttemptedAt, TimeSpan.Zero), (read.Refreshes, read.AttemptedAt, read.AttemptedAt!.Value.Offset));
        Assert.Equal(record.Origins, read.Origins);
    }

    [Fact]
    public async Task The_least_record_comes_back_too()
    {
        await WriteAsync(Store(), new SessionRecord { Current = new SessionState { Fields = new Dictionary<string, Secret>() } });

        var read = (await ReadAsync(Store()))!;

        Assert.Equal((0, 0L, null, null), (read.Current.Fields.Count, read.Refreshes, read.AttemptedAt, read.Pending));
        Assert.Empty(read.Origins);
    }

    [Fact]
    public async Task The_file_says_its_version_its_credential_and_its_times_in_UTC()
    {
        await WriteAsync(Store(), Record());

        using var json = JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken));

        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(Name, json.RootElement.GetProperty("credential").GetString());
        Assert.Equal("2026-01-01T10:00:00Z", json.RootElement.GetProperty("record").GetProperty("attemptedAt").GetString());
    }

    [Fact]
    public async Task Folder_record_and_lock_are_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        await WriteAsync(Store(), Record());

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Folder));
        Assert.Equal((OwnerOnly, OwnerOnly), (System.IO.File.GetUnixFileMode(File), System.IO.File.GetUnixFileMode(In("slack.lock"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_folder_that_lets_others_in_is_closed_to_them_before_anything_is_read_or_written(bool writes)
    {
        if (OperatingSystem.IsWindows())
            return;
        await WriteAsync(Store(), Record());
        System.IO.File.SetUnixFileMode(Folder, OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherExecute);

        await (writes ? WriteAsync(Store(), Record()) : ReadAsync(Store()));

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Folder));
    }

    [Fact]
    public async Task Without_a_file_there_is_no_record_and_reading_makes_no_folder()
    {
        Assert.Null(await ReadAsync(Store()));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Names_that_differ_in_case_alone_have_records_of_their_own()
    {
        await WriteAsync(Store(), Record("lower"));
        await WriteAsync(Store(), Record("upper"), "Slack");

        Assert.Equal("xoxc-lower-1234567890", (await ReadAsync(Store()))!.Current["token"]!.Value.Reveal());
        Assert.Equal("xoxc-upper-1234567890", (await ReadAsync(Store(), "Slack"))!.Current["token"]!.Value.Reveal());
        Assert.Equal(2, Names().Select(static name => name.ToLowerInvariant()).Distinct().Count());
    }

    [Fact]
    public async Task Every_secret_that_is_read_is_known_before_it_is_returned()
    {
        await WriteAsync(Store(), Record() with { Pending = Record("second").Current });
        Registered.Clear();

        var read = (await ReadAsync(Store()))!;

        Assert.Equal(
            [("slack#token", read.Current["token"]!.Value), ("slack#cookie", read.Current["cookie"]!.Value), ("slack#token", read.Pending!["token"]!.Value), ("slack#cookie", read.Pending["cookie"]!.Value)],
            Registered);
    }

    [Fact]
    public async Task Nothing_is_written_without_the_lock()
    {
        var store = Store();
        (await store.LockAsync(Name, CancellationToken.None)).Dispose();

        await Assert.ThrowsAsync<CredentialException>(() => store.WriteAsync(Name, Record(), CancellationToken.None).AsTask());
        Assert.Empty(Names());
    }

    [Fact]
    public async Task What_dead_writers_left_is_removed_by_the_next_one_and_the_files_of_others_are_not()
    {
        Directory.CreateDirectory(Folder);
        string[] others = ["other.json", "slack.json.other.json", "slack.json.other.json.abcdefgh.ijk.tmp", "slack.json.tmp"];
        foreach (var name in others.Append("slack.json.abcdefgh.ijk.tmp"))
            await System.IO.File.WriteAllTextAsync(In(name), "half a record", TestContext.Current.CancellationToken);

        await WriteAsync(Store(), Record());

        Assert.Equal(others.Append("slack.json").Order(StringComparer.Ordinal), Names());
    }

    [Fact]
    public void It_tells_people_where_it_keeps_them_and_how_they_are_protected()
    {
        Assert.Equal($"{Folder} (protected by file mode only)", Store().Description);
        Assert.Equal($"{Folder} (encrypted with store.key)", Store(Key()).Description);
    }

    [Fact]
    public async Task A_record_without_measure_is_refused_and_the_old_one_stays()
    {
        await WriteAsync(Store(), Record());
        var huge = Record() with { Origins = [new string('x', 1 << 20)] };

        await RefusedAsync(() => WriteAsync(Store(), huge));

        Assert.Equal(Record().Refreshes, (await ReadAsync(Store()))!.Refreshes);
        Assert.DoesNotContain("xxxx", Encoding.UTF8.GetString(await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken)));
    }
}
