using Rekey.Testing;

namespace Rekey.Aws.Tests.Sso;

public sealed class WatchTests : SsoTest
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_sign_in_with_another_tool_ends_the_need_for_a_human_within_two_seconds_even_where_there_was_no_folder()
    {
        var credential = Managed(Source());
        credential.BeginWatching();
        await FailsAsync(async () => await credential.GetAsync());
        Assert.Equal(CredentialPhase.NeedsUserAction, credential.Status.Phase);
        Assert.False(Directory.Exists(Files.SsoCache));
        Time.Advance(TimeSpan.FromSeconds(30));

        var grant = SignedIn(Hour);
        var began = Time.GetUtcNow();
        await Until.True(() => credential.Active is not null, Time, TimeSpan.FromMilliseconds(5));

        Assert.InRange(Time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(grant.AccessToken, credential.Active!.Credential.AccessToken.Reveal());
        await Until.True(() => credential.Status.Phase is CredentialPhase.Ready);
    }

    [Fact]
    public async Task After_an_expired_session_and_a_sign_in_elsewhere_callers_go_on_without_a_restart()
    {
        SignedIn(-Hour);
        Server.Book.EndSession();
        var credential = Managed(Source());
        credential.BeginWatching();
        Assert.Equal("AWS_SSO_SESSION_ENDED", (await FailsAsync(() => Passing(credential.GetAsync().AsTask()))).Code);

        var grant = SignedIn(Hour);
        await Until.True(() => credential.Active is not null, Time, TimeSpan.FromMilliseconds(50));

        Assert.Equal(grant.AccessToken, (await credential.GetAsync()).Credential.AccessToken.Reveal());
    }

    [Fact]
    public async Task What_was_written_between_the_last_fetch_and_the_watch_is_found()
    {
        var source = Source();
        await FailsAsync(() => FetchAsync(source));
        SignedIn(Hour);
        var announced = 0;

        using var watch = source.Watch(() => Interlocked.Increment(ref announced));

        await Until.True(() => Volatile.Read(ref announced) == 1, Time, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Neither_its_own_token_nor_the_files_of_others_are_announced_and_a_sign_out_is()
    {
        SignedIn(TimeSpan.FromMinutes(10));
        var source = Source();
        var announced = 0;
        await FetchAsync(source);
        using var watch = source.Watch(() => Interlocked.Increment(ref announced));

        Time.Advance(TimeSpan.FromMinutes(50));
        await FetchAsync(source); // writes a new token
        File.WriteAllText(Path.Combine(Files.SsoCache, "kiro-auth-token.json"), "{}");
        for (var i = 0; i < 40; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
        Assert.Equal(0, Volatile.Read(ref announced));

        File.Delete(TokenFile);
        await Until.True(() => Volatile.Read(ref announced) == 1, Time, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task With_real_time_a_sign_in_elsewhere_is_announced_soon()
    {
        var announced = new TaskCompletionSource();
        using var watch = Source(options => options with { Time = TimeProvider.System }).Watch(() => announced.TrySetResult());

        SignedIn(Hour);

        await announced.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Nothing_is_announced_after_the_end_of_the_watch()
    {
        var announced = 0;
        var source = Source();
        source.Watch(() => Interlocked.Increment(ref announced)).Dispose();
        using var other = source.Watch(() => Interlocked.Add(ref announced, 100));

        SignedIn(Hour);
        await Until.True(() => Volatile.Read(ref announced) > 0, Time, TimeSpan.FromMilliseconds(50));

        Assert.Equal(100, Volatile.Read(ref announced));
    }
}
