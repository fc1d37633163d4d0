using System.Diagnostics;
using System.Text;
using Rekey.Aws.Sso;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Aws.Tests.Sso;

public sealed class TokenCacheTests : SsoTest
{
    [Fact]
    public async Task A_token_file_half_written_at_the_first_looks_is_read_when_it_is_whole()
    {
        var grant = Server.Book.SignedIn();
        var whole = Encoding.UTF8.GetBytes(Json(grant).ToJsonString());
        var steps = new Queue<byte[]>([[], whole[..40], whole[..^1], whole]);
        var cache = Cache(new ScriptedFiles { OnRead = _ => steps.Count > 1 ? steps.Dequeue() : steps.Peek() });

        var reading = await Passing(cache.ReadAsync(CancellationToken.None));

        Assert.Equal(grant.AccessToken, reading.Token!.AccessToken.Reveal());
    }

    [Fact]
    public async Task A_file_that_stays_no_token_is_damaged_and_one_that_is_missing_is_not_waited_for()
    {
        var looks = 0;
        var damaged = await Passing(Cache(new ScriptedFiles { OnRead = _ => ++looks > 0 ? "{"u8.ToArray() : null }).ReadAsync(CancellationToken.None));
        var missing = await Cache().ReadAsync(CancellationToken.None);

        Assert.Equal((TokenState.Damaged, TokenState.Missing), (damaged.State, missing.State));
        Assert.Equal(6, looks);
    }

    [Fact]
    public async Task A_token_is_written_as_the_cli_writes_it_for_its_owner_alone()
    {
        await Cache().SaveAsync(Token("one"));

        Assert.Equal(Encoding.UTF8.GetString(Token("one").Write()), File.ReadAllText(TokenFile));
        Assert.Equal([TokenFile], Directory.GetFiles(Files.SsoCache));
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Files.SsoCache));
    }

    [Fact]
    public async Task A_folder_that_exists_keeps_the_rights_that_its_owner_chose()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Chosen = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        Directory.CreateDirectory(Files.SsoCache);
        File.SetUnixFileMode(Files.SsoCache, Chosen);

        await Cache().SaveAsync(Token("one"));

        Assert.Equal(Chosen, File.GetUnixFileMode(Files.SsoCache));
    }

    [Fact]
    public async Task A_linked_token_file_stays_a_link_and_what_it_names_is_replaced()
    {
        var shared = Path.Combine(Home, "dotfiles");
        Directory.CreateDirectory(shared);
        Directory.CreateDirectory(Files.SsoCache);
        File.WriteAllText(Path.Combine(shared, "token.json"), "");
        File.CreateSymbolicLink(TokenFile, Path.Combine(shared, "token.json"));

        await Cache().SaveAsync(Token("one"));

        Assert.Equal(Path.Combine(shared, "token.json"), new FileInfo(TokenFile).LinkTarget);
        Assert.Equal("one", TextIn("accessToken", Path.Combine(shared, "token.json")));
        Assert.Single(Directory.GetFiles(shared));
        Assert.Equal("one", (await Cache().ReadAsync(CancellationToken.None)).Token!.AccessToken.Reveal());
    }

    [Fact]
    public async Task Thousands_of_readers_never_see_half_of_a_token_that_is_written_meanwhile()
    {
        await Cache().SaveAsync(Token(new string('a', 60)));
        var reads = 0;
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                // One look and no second: the file itself must be whole at every moment.
                var token = CachedToken.Read(CacheFiles.Instance.Read(TokenFile))!.AccessToken.Reveal();
                Assert.Equal(token.Length, token.Count(c => c == token[0]));
                Interlocked.Increment(ref reads);
            }
        })).ToArray();

        for (var i = 0; (i < 400 || Volatile.Read(ref reads) < 5000) && !Array.Exists(readers, static r => r.IsCompleted); i++)
            CacheFiles.Instance.Write(TokenFile, Token(new string((char)('a' + (i % 26)), 60 + (i * 37 % 4000))).Write());
        await enough.CancelAsync();

        await Task.WhenAll(readers);
        Assert.InRange(reads, 5000, int.MaxValue);
    }

    [Fact]
    public async Task The_lock_lets_one_in_at_a_time_and_a_file_left_behind_holds_nobody()
    {
        var first = await Cache().LockAsync(CancellationToken.None);
        var second = Cache().LockAsync(CancellationToken.None);
        await Until.True(() => Time.ArmedTimers > 0);
        Assert.False(second.IsCompleted);

        first!.Dispose();
        using var taken = await Passing(second);

        Assert.NotNull(taken);
        Assert.True(File.Exists(Path.ChangeExtension(TokenFile, ".lock")));
    }

    [Fact]
    public async Task The_lock_of_a_process_that_is_killed_is_free()
    {
        if (!File.Exists("/usr/bin/flock"))
            Assert.Skip("Another process is played by flock of util-linux.");
        Directory.CreateDirectory(Files.SsoCache);
        var path = Path.ChangeExtension(TokenFile, ".lock");
        using var other = Process.Start(new ProcessStartInfo("/usr/bin/flock", [path, "/bin/sleep", "60"]))!;
        await Until.True(() =>
        {
            using var mine = FileLock.TryAcquire(path, out var isHeld);
            return isHeld;
        });

        other.Kill(entireProcessTree: true);

        using var freed = await Passing(Cache().LockAsync(CancellationToken.None));
        Assert.NotNull(freed);
    }

    [Fact]
    public async Task A_lock_that_is_never_given_back_is_waited_for_with_patience_and_not_for_ever()
    {
        using var kept = await Cache().LockAsync(CancellationToken.None);

        await Assert.ThrowsAsync<TimeoutException>(() => Passing(Cache().LockAsync(CancellationToken.None), seconds: 1));
        Assert.Null(await Passing(Cache().LockOrNoneAsync(CancellationToken.None), seconds: 1));
    }

    private static CachedToken Token(string token) => new()
    {
        StartUrl = "https://corp.awsapps.com/start",
        Region = "us-east-1",
        AccessToken = new Secret(token),
        ExpiresAt = new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero),
    };

    private SsoTokenCache Cache(ICacheFiles? disk = null) => new(Session, Files, new SsoSecrets(Secrets, "work"), Time, Logger, disk);
}
