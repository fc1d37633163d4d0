using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Stores;

public sealed class StoreCorruptionTests : StoreTest
{
    private const string Whole = """{"version":1,"credential":"slack","record":{"current":{"fields":{"token":"t"}},"refreshes":1,"origins":[]}}""";
    private const string Sealed = """{"version":1,"credential":"slack","encryption":"aes-256-gcm","keyId":"00000000","nonce":"AAAAAAAAAAAAAAAA","data":"AAAAAAAAAAAAAAAAAAAAAA=="}""";

    public static TheoryData<string> NoRecords =>
    [
        "",
        " ",
        "\0\0\0\0",
        "not JSON",
        Whole[..^1],
        Whole[..40],
        Whole + Whole,
        "[]",
        "null",
        "{}",
        """{"version":"1"}""",
        Whole.Replace("\"version\":1", "\"version\":0"),
        Whole.Replace("\"version\":1", "\"version\":1.5"),
        Whole.Replace("\"version\":1", "\"version\":99999999999"),
        Whole.Replace("\"slack\"", "\"other\""),
        Whole.Replace("\"slack\"", "7"),
        Whole.Replace("\"record\"", "\"recrod\""),
        Whole.Replace("\"t\"", "7"),
        Whole.Replace("\"t\"", "null"),
        Whole.Replace("\"t\"", "\"\\ud800\""),
        Whole.Replace("\"fields\"", "\"feilds\""),
        Whole.Replace("\"refreshes\":1", "\"refreshes\":\"1\""),
        Whole.Replace("\"refreshes\":1", "\"refreshes\":1,\"refreshes\":2"),
        Whole.Replace("\"refreshes\":1", "\"refreshes\":1,\"attemptedAt\":\"yesterday\""),
        Whole.Replace("\"refreshes\":1", "\"refreshes\":1,\"attemptedAt\":\"2026-01-01T00:00:00\""),
        Whole.Replace("\"refreshes\":1", "\"refreshes\":1,\"pending\":null"),
        Whole.Replace("[]", "[1]"),
        Whole.Replace("[]", "{}"),
        Sealed.Replace("aes-256-gcm", "rot13"),
        Sealed.Replace("\"00000000\"", "\"look, a message\""),
        Sealed.Replace("\"AAAAAAAAAAAAAAAA\"", "\"AAAA\""),
        Sealed.Replace("\"AAAAAAAAAAAAAAAAAAAAAA==\"", "\"AAAA\""),
        Sealed.Replace("\"AAAAAAAAAAAAAAAAAAAAAA==\"", "\"no base 64\""),
        new string('[', 5000),
        $$"""{"version":1,"filler":"{{new string('x', 1 << 20)}}"}""",
    ];

    [Theory]
    [MemberData(nameof(NoRecords), DisableDiscoveryEnumeration = true)]
    public async Task What_is_no_record_is_set_aside_as_it_is_and_reported_once(string content)
    {
        Place(content);
        var store = Store(Key());

        Assert.Null(await ReadAsync(store));
        Assert.Null(await ReadAsync(store));

        var (level, text) = Assert.Single(Logged);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains(File, text);
        var aside = Assert.Single(Names());
        Assert.Matches("^slack\\.corrupt-20260101T0000[0-9]{2}Z$", aside);
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(In(aside), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_examples_of_this_test_are_records_before_they_are_spoilt()
    {
        Place(Whole);
        Assert.Equal("t", (await TokenAsync(Store()))!.Value.Reveal());
        Place(Sealed);
        await RefusedAsync(() => ReadAsync(Store()));

        Assert.Empty(Logged);
    }

    [Fact]
    public async Task Many_files_set_aside_in_one_second_have_names_of_their_own()
    {
        var store = Store();
        for (var i = 1; i <= 3; i++)
        {
            Place($"rubbish {i}");
            using var held = await store.LockAsync(Name, CancellationToken.None);
            Assert.Null(await ReadAsync(store));
            Time.JumpWall(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) - Time.GetUtcNow());
        }

        Assert.Equal(["rubbish 1", "rubbish 2", "rubbish 3"], Names().Select(name => System.IO.File.ReadAllText(In(name))).Order(StringComparer.Ordinal));
        Assert.Equal(3, Logged.Count);
    }

    [Fact]
    public async Task A_writer_sets_aside_what_is_no_record_and_overwrites_nothing()
    {
        Place("rubbish");

        await WriteAsync(Store(), Record());

        Assert.Equal(2, Names().Length);
        Assert.Equal("rubbish", await System.IO.File.ReadAllTextAsync(In(Names()[0]), TestContext.Current.CancellationToken));
        Assert.NotNull(await ReadAsync(Store()));
        Assert.Single(Logged);
    }

    [Fact]
    public async Task A_file_that_is_half_written_at_the_first_looks_is_read_when_it_is_whole()
    {
        await WriteAsync(Store(), Record());
        var whole = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        var disk = new FaultyDisk();
        foreach (var half in (byte[][])[[], whole[..10], whole[..^1]])
            disk.Instead.Enqueue(half);

        Assert.NotNull(await ReadAsync(Store(disk: disk)));

        Assert.Equal(4, disk.Reads);
        Assert.Empty(Logged);
    }

    [Fact]
    public async Task A_good_record_that_took_the_place_of_rubbish_is_not_set_aside()
    {
        await WriteAsync(Store(), Record());
        var disk = new FaultyDisk();
        for (var look = 0; look < 6; look++)
            disk.Instead.Enqueue("rubbish"u8.ToArray()); // what all looks find; under the lock the record is there

        Assert.NotNull(await ReadAsync(Store(disk: disk)));

        Assert.Equal(["slack.json"], Names());
        Assert.Empty(Logged);
    }

    [Fact]
    public async Task While_another_process_holds_the_lock_nothing_is_set_aside()
    {
        Place("rubbish");
        using (await Store().LockAsync(Name, CancellationToken.None))
        {
            var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => Until.Done(Store().ReadAsync(Name, CancellationToken.None).AsTask(), Time, TimeSpan.FromSeconds(1)))).Error;
            Assert.Equal(("REFRESH_IN_PROGRESS", "rubbish"), (error.Code, await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)));
        }

        Assert.Null(await ReadAsync(Store()));
    }

    [Fact]
    public async Task Rubbish_that_cannot_be_set_aside_is_neither_overwritten_nor_taken_for_nothing()
    {
        Place("rubbish");
        var disk = new FaultyDisk { OnMove = new UnauthorizedAccessException() };

        await RefusedAsync(() => ReadAsync(Store(disk: disk)));
        await RefusedAsync(() => WriteAsync(Store(disk: disk), Record()));

        Assert.Equal("rubbish", await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken));
        Assert.Empty(Logged);
    }

    [Theory]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":2147483647,"credential":7,"record":"of another kind"}""")]
    public async Task A_file_of_a_newer_version_is_left_alone(string content)
    {
        Place(content);

        var error = await RefusedAsync(() => ReadAsync(Store()));
        await RefusedAsync(() => WriteAsync(Store(Key()), Record()));

        Assert.Contains("newer", error.Message);
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken));
        Assert.Equal(["slack.json"], Names());
    }

    [Fact]
    public async Task Members_that_this_version_does_not_know_do_no_harm()
    {
        var json = JsonNode.Parse(Whole)!;
        json["note"] = "by hand";
        Place(json.ToJsonString());

        Assert.NotNull(await ReadAsync(Store()));
    }

    [Fact]
    public async Task What_opens_and_is_no_record_is_set_aside_too()
    {
        await WriteAsync(Store(Key()), Record());
        var cipher = await Key().GetAsync(secrets: null, CancellationToken.None);
        var sealedText = cipher.Seal(1, Name, "no record"u8);
        var json = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken))!;
        (json["nonce"], json["data"]) = (Convert.ToBase64String(sealedText.Nonce), Convert.ToBase64String(sealedText.Data));
        Place(json.ToJsonString());

        Assert.Null(await ReadAsync(Store(Key())));
        Assert.Single(Logged);
    }

    private void Place(string content)
    {
        Directory.CreateDirectory(Folder);
        System.IO.File.WriteAllText(File, content);
    }
}
