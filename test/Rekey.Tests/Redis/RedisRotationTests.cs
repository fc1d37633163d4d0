using Rekey.Files;
using Rekey.Redis;
using Rekey.Testing;
using Rekey.Testing.Redis;
using Rekey.Tests.Files;

namespace Rekey.Tests.Redis;

/// <summary>A password in a file, a real Redis, and the order in which the two change.</summary>
public sealed class RedisRotationTests : LeakCheckedTest
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Secret _first;
    private readonly Secret _second;
    private RedisServer _server = null!;

    public RedisRotationTests() => (_first, _second) = (Plant(RedisServer.NewPassword()), Plant(RedisServer.NewPassword()));

    private string Path => _directory["redis"];

    public override async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync(_first);
        Write(_first);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_rotation_in_the_file_is_noticed_and_proved_before_it_is_used()
    {
        await using var credential = Make(TimeProvider.System);
        credential.BeginWatching();
        var first = await credential.GetLeaseAsync(TestContext.Current.CancellationToken);

        await _server.RequirePasswordAsync(_second.Reveal());
        Write(_second);

        await Until.True(() => credential.Active is { } active && active.Credential.Value == _second);
        Assert.True(first.IsVerified && credential.Active!.IsVerified);
        Assert.Equal(VerificationOutcome.Accepted, (await credential.ProbeAsync(TestContext.Current.CancellationToken))!.Outcome);
    }

    [Fact]
    public async Task A_user_with_two_passwords_is_rotated_without_a_gap()
    {
        await _server.SetUserAsync("app", "on", ">" + _first.Reveal(), "+ping");
        await using var credential = Make(TimeProvider.System, "app");
        credential.BeginWatching();
        await credential.GetLeaseAsync(TestContext.Current.CancellationToken);

        await _server.SetUserAsync("app", ">" + _second.Reveal());
        Assert.Equal(VerificationOutcome.Accepted, (await credential.ProbeAsync(TestContext.Current.CancellationToken))!.Outcome);
        Write(_second);
        await Until.True(() => credential.Active!.Credential.Value == _second);
        await _server.SetUserAsync("app", "<" + _first.Reveal());

        Assert.IsType<RefreshResult.Unchanged>(await credential.RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken));
        Assert.True(credential.Status is { Phase: CredentialPhase.Ready, Failures: 0, IsVerified: true });
    }

    [Fact]
    public async Task A_file_that_is_ahead_of_Redis_changes_nothing_until_Redis_follows()
    {
        var time = new ManualTimeProvider();
        var credential = Make(time);
        var first = await credential.GetLeaseAsync(TestContext.Current.CancellationToken);
        Write(_second);

        Assert.Equal("CREDENTIAL_REJECTED", await ErrorOfAsync(credential, time));
        Assert.Same(first, await credential.GetLeaseAsync(TestContext.Current.CancellationToken));

        await _server.RequirePasswordAsync(_second.Reveal());
        time.Advance(TimeSpan.FromSeconds(6)); // a refused version is not presented again at once

        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Schedule, TestContext.Current.CancellationToken));
        Assert.True(credential.Active!.Credential.Value == _second);
        await EndAsync(credential, time);
    }

    [Fact]
    public async Task What_works_stays_while_Redis_is_away_and_the_next_password_comes_in_when_it_is_back()
    {
        var time = new ManualTimeProvider();
        var credential = Make(time);
        var first = await credential.GetLeaseAsync(TestContext.Current.CancellationToken);
        var port = _server.Port;
        await _server.DisposeAsync();
        Write(_second);

        Assert.Equal("SERVICE_UNREACHABLE", await ErrorOfAsync(credential, time));
        Assert.Same(first, await credential.GetLeaseAsync(TestContext.Current.CancellationToken));
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);

        _server = await RedisServer.StartAsync(_second, port);
        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Schedule, TestContext.Current.CancellationToken));
        Assert.True(credential.Active!.Credential.Value == _second);
        await EndAsync(credential, time);
    }

    // A writer that is in nobody's way: another file, renamed.
    private void Write(Secret password)
    {
        File.WriteAllText(Path + ".new", password.Reveal() + "\n");
        File.Move(Path + ".new", Path, overwrite: true);
    }

    private ManagedCredential<SecretValue> Make(TimeProvider time, string? user = null) => new(new CredentialOptions<SecretValue>
    {
        Name = "cache",
        Kind = "value",
        Source = new ReadingSource<SecretValue>(
            new FileSource(Path, TimeProvider.System, logger: Logger), static document => SecretValueReader.Read(document, null, "file")),
        Verifier = RedisVerifier.For(new RedisOptions { Credential = "cache", Host = _server.Host, Port = _server.Port, UserName = user }),
        Logger = Logger,
        Time = time,
    });

    private async Task<string> ErrorOfAsync(ManagedCredential<SecretValue> credential, ManualTimeProvider time)
    {
        var attempt = credential.RefreshAsync(RefreshTrigger.Rotation, TestContext.Current.CancellationToken);
        var result = await Until.Done(attempt, time, TimeSpan.FromMilliseconds(100));
        var error = Assert.IsType<RefreshResult.Failed>(result).Error;
        Observe(error.ToString());
        return error.Code;
    }

    private static Task EndAsync(ManagedCredential<SecretValue> credential, ManualTimeProvider time) =>
        Until.Done(credential.DisposeAsync().AsTask(), time, TimeSpan.FromSeconds(1));
}
