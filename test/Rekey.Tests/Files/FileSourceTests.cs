using System.Diagnostics;
using System.Text;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

public sealed class FileSourceTests : LeakCheckedTest
{
    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("the-value", "the-value")]
    [InlineData("the-value\n", "the-value")]
    [InlineData("the-value\r\n", "the-value")]
    [InlineData("the-value\n\n", "the-value\n")]
    [InlineData("the-value\r", "the-value\r")]
    [InlineData(" the-value \t", " the-value \t")]
    [InlineData("\uFEFFthe-value", "the-value")]
    [InlineData("line one\nline two\n", "line one\nline two")]
    [InlineData("{\"a\":1}\n", "{\"a\":1}")]
    public async Task The_content_is_verbatim_but_for_one_trailing_newline(string written, string read)
    {
        var path = Write("token", written);

        Assert.Equal(read, (await FetchAsync(path)).Content.Reveal());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\uFEFF")]
    public async Task A_file_without_content_is_empty(string written) =>
        Assert.Contains("it is empty", (await FailsAsync(Write("token", written))).Message);

    [Fact]
    public async Task The_largest_content_is_read_and_one_byte_more_is_not()
    {
        var path = Write("token", new string('x', SecretDocument.MaxBytes));
        Assert.Equal(SecretDocument.MaxBytes, (await FetchAsync(path)).Content.Reveal().Length);

        Write("token", new string('x', SecretDocument.MaxBytes + 1));
        Assert.Equal("SECRET_TOO_LARGE", (await FailsAsync(path)).Code);
    }

    [Fact]
    public async Task Text_in_another_encoding_is_told()
    {
        File.WriteAllText(_directory["token"], "the-value", Encoding.Unicode);

        Assert.Contains("content: not UTF-8 text", (await FailsAsync(_directory["token"])).Message);
    }

    [Fact]
    public async Task A_path_through_a_file_is_missing() =>
        Assert.Equal("SOURCE_UNAVAILABLE", (await FailsAsync(Path.Combine(Write("token", "the-value"), "deeper"))).Code);

    [Fact]
    public async Task A_pipe_is_not_opened_because_opening_it_could_wait_for_ever()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps its pipes elsewhere.");
        var pipe = _directory["pipe"];
        using (var mkfifo = Process.Start("mkfifo", [pipe]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(_directory["link"], pipe);

        Assert.Contains("it is empty", (await FailsAsync(pipe)).Message);
        Assert.Contains("it is empty", (await FailsAsync(_directory["link"])).Message);
    }

    [Fact]
    public async Task A_link_is_followed_to_what_it_names_now()
    {
        Write("one", "value-one");
        Write("two", "value-two");
        File.CreateSymbolicLink(_directory["current"], "one");
        var source = Source(_directory["current"]);
        Assert.Equal("value-one", (await FetchAsync(source)).Content.Reveal());

        File.CreateSymbolicLink(_directory["next"], "two");
        File.Move(_directory["next"], _directory["current"], overwrite: true);

        Assert.Equal("value-two", (await FetchAsync(source)).Content.Reveal());
    }

    [Fact]
    public async Task A_directory_is_a_document_with_one_file_a_field()
    {
        Write("username", "app\n");
        Write("password", Plant("value-of-the-password").Reveal() + "\n");
        Write("empty", "");
        Write(".hidden", "not a field");
        Directory.CreateDirectory(_directory["..2026_01_01"]);
        Directory.CreateDirectory(_directory["nested"]);

        var document = await FetchAsync(_directory.Root);

        Assert.True(document.TryGetFields(out var fields));
        Assert.Equal(["empty", "password", "username"], fields.Keys.Order());
        Assert.Equal("app", fields["username"].Reveal());
        Assert.Equal("value-of-the-password", fields["password"].Reveal());
    }

    [Fact]
    public async Task A_directory_is_bounded_as_a_whole()
    {
        Write("a", new string('x', SecretDocument.MaxBytes));
        Write("b", "x");
        Assert.Equal("SECRET_TOO_LARGE", (await FailsAsync(_directory.Root)).Code);

        Write("a", "x");
        for (var i = 0; i < 256; i++)
            Write($"key-{i}", "x");
        Assert.Contains("more than 256 keys", (await FailsAsync(_directory.Root)).Message);
    }

    [Fact]
    public async Task What_is_in_use_outlives_a_file_that_vanishes_and_the_next_version_is_taken_when_it_reappears()
    {
        var path = Write("token", Plant("value-one").Reveal());
        await using var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "token",
            Kind = "value",
            Source = Source(path),
            Policy = new RefreshPolicy { PaceBurst = 100 },
            Logger = Logger,
        });
        var first = await credential.GetAsync(TestContext.Current.CancellationToken);

        File.Delete(path);
        var gone = await RefreshAsync(credential);
        Assert.Equal("SOURCE_UNAVAILABLE", Assert.IsType<RefreshResult.Failed>(gone).Error.Code);
        Assert.Same(first, credential.Active);
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);

        Write("token", Plant("value-two").Reveal());
        Assert.IsType<RefreshResult.Refreshed>(await RefreshAsync(credential));
        Assert.Equal("value-two", credential.Active!.Credential.Content.Reveal());

        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.IsType<RefreshResult.Unchanged>(await RefreshAsync(credential));
        Observe(credential.Status.ToString());
    }

    [Fact]
    public async Task What_may_not_be_read_was_taken_away_and_what_is_not_there_may_have_been()
    {
        var path = Write("token", "the-value");
        var forbidden = new FileSource(path, TimeProvider.System, reference: null, Logger, static (_, _) => throw new UnauthorizedAccessException());

        var refused = Observe(await Assert.ThrowsAsync<CredentialException>(() => FetchAsync(forbidden))).Error;
        var missing = await FailsAsync(_directory["nothing"]);

        Assert.Equal((true, false), (refused.IsWithdrawal, refused.IsAbsence));
        Assert.Equal((false, true), (missing.IsWithdrawal, missing.IsAbsence));
    }

    [Fact]
    public void A_change_is_looked_for_every_five_seconds_whatever_is_watched()
    {
        var source = Source(_directory["token"]);

        Assert.Equal(TimeSpan.FromSeconds(5), source.PollInterval);
        Assert.True(source.CanRotate);
        Assert.Equal($"file://{_directory["token"]}", source.Reference);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{ \"port\": tru")]
    public async Task What_is_missing_empty_or_invalid_for_long_is_found_as_soon_as_anything_else(string? before)
    {
        if (before is not null)
            Write("db.json", before);
        var time = new ManualTimeProvider();
        await using var credential = Polled(time);

        for (var attempt = 1; attempt <= 15; attempt++)
        {
            await AttemptAsync(credential, time);
            Assert.Equal(attempt, credential.Status.Failures);
            Assert.InRange(credential.Status.NextAttemptAt!.Value - time.GetUtcNow(), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));
        }

        Write("db.json", $$"""{ "password": "{{Plant("value-at-last").Reveal()}}" }""");
        await AttemptAsync(credential, time);
        Assert.Equal("value-at-last", credential.Active!.Credential.Value.Reveal());
    }

    [Fact]
    public async Task What_no_service_could_be_asked_about_is_read_again_because_its_correction_may_be_there()
    {
        Write("db.json", $$"""{ "password": "{{Plant("value-of-a-wrong-host").Reveal()}}" }""");
        var time = new ManualTimeProvider();
        await using var credential = Polled(time, static (value, _) =>
            new(value.Value.Reveal() == "value-of-a-wrong-host" ? Verification.Indeterminate() : Verification.Accepted));
        await AttemptAsync(credential, time);
        Assert.Null(credential.Active);

        Write("db.json", $$"""{ "password": "{{Plant("value-of-the-right-host").Reveal()}}" }""");
        await AttemptAsync(credential, time);

        Assert.Equal("value-of-the-right-host", credential.Active!.Credential.Value.Reveal());
    }

    [Fact]
    public async Task Neither_the_beginning_of_a_watch_nor_what_happens_beside_the_file_shortens_the_pause_that_a_service_asks_for()
    {
        var (looks, asked) = (0, 0);
        Write("token", Plant("value-nobody-can-prove").Reveal());
        var time = new ManualTimeProvider();
        await using var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "orders",
            Kind = "value",
            Source = new FileSource(_directory["token"], time, reference: null, Logger, (file, limit) =>
            {
                Interlocked.Increment(ref looks);
                return FileContent.Read(file, limit);
            }),
            Verifier = (_, _) =>
            {
                Interlocked.Increment(ref asked);
                return new(Verification.Indeterminate(CredentialErrors.Unverifiable("orders") with { RetryAfter = TimeSpan.FromSeconds(7) }));
            },
            Time = time,
            Logger = Logger,
        });
        credential.BeginWatching();
        await Until.Done(credential.RefreshAsync(RefreshTrigger.Schedule, TestContext.Current.CancellationToken), time, TimeSpan.FromMilliseconds(10));

        for (var noise = 1; noise <= 3; noise++)
        {
            var before = Volatile.Read(ref looks);
            Write("noise", $"{noise}");
            await Until.True(() => Volatile.Read(ref looks) > before, time, TimeSpan.FromMilliseconds(50));
        }
        await Until.True(() => !credential.IsRefreshing);
        Assert.Equal(1, Volatile.Read(ref asked));

        Write("token", Plant("value-that-is-another").Reveal());
        await Until.True(() => Volatile.Read(ref asked) == 2, time, TimeSpan.FromMilliseconds(50));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(_directory[name], content);
        return _directory[name];
    }

    // Nothing announces a change here: only the schedule looks.
    private ManagedCredential<SecretValue> Polled(ManualTimeProvider time, CredentialVerifier<SecretValue>? verifier = null) => new(new CredentialOptions<SecretValue>
    {
        Name = "orders",
        Kind = "value",
        Source = new ReadingSource<SecretValue>(
            new FileSource(_directory["db.json"], time, logger: Logger), static document => SecretValueReader.Read(document, "password", "file:///db.json#password")),
        Verifier = verifier,
        Time = time,
        Logger = Logger,
    });

    private static async Task AttemptAsync(ManagedCredential credential, ManualTimeProvider time)
    {
        while (!credential.NextDue!.Value.HasCome(time))
            time.Advance(TimeSpan.FromMilliseconds(50));
        await Until.Done(credential.RefreshAsync(RefreshTrigger.Schedule, TestContext.Current.CancellationToken), time, TimeSpan.FromMilliseconds(10));
    }

    private FileSource Source(string path) => new(path, TimeProvider.System, logger: Logger);

    private Task<SecretDocument> FetchAsync(string path) => FetchAsync(Source(path));

    private static async Task<SecretDocument> FetchAsync(FileSource source) =>
        (await source.FetchAsync(new(RefreshTrigger.Demand, null), TestContext.Current.CancellationToken)).Credential;

    private async Task<CredentialError> FailsAsync(string path) =>
        Observe(await Assert.ThrowsAsync<CredentialException>(() => FetchAsync(path))).Error;

    private static Task<RefreshResult> RefreshAsync(ManagedCredential credential) =>
        credential.RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken);
}
