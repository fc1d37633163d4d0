using Rekey.Aws.Sso;

namespace Rekey.Aws.Tests.Sso;

/// <summary>Many who share one token file, each with a lock handle of its own, as processes have.</summary>
public sealed class ConcurrencyTests : SsoTest
{
    // Who waits for a lock looks again after a while: that while is real here.
    internal override TimeProvider Clock => TimeProvider.System;

    [Fact]
    public async Task Of_many_who_refresh_one_session_at_once_one_asks_and_nobody_loses_it()
    {
        SignedIn(-TimeSpan.FromHours(1));
        var sources = Enumerable.Range(0, 24).Select(_ => Source()).ToArray();

        var answers = await Task.WhenAll(sources.Select(source => Task.Run(() => FetchAsync(source))));

        Assert.Single(answers.Select(static a => a.Credential.AccessToken.Reveal()).Distinct());
        Assert.Equal((1, 0), (Server.Book.Refreshes, Server.Book.Replays));
    }

    [Fact]
    public async Task Many_credentials_live_through_many_expiries_with_single_use_refresh_tokens()
    {
        SignedIn(-TimeSpan.FromHours(1));
        Server.Book.TokenLife = TimeSpan.FromSeconds(1); // always due: whoever comes refreshes, unless somebody else just has
        var sources = Enumerable.Range(0, 6).Select(_ => Source()).ToArray();

        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(sources.Select(source => Task.Run(() => FetchAsync(source))));
            Assert.All(answers, static answer => Assert.NotNull(answer.Credential));
        }

        Assert.Equal(0, Server.Book.Replays);
        Assert.InRange(Server.Book.Refreshes, 5, 30);
        Assert.NotEmpty(TextIn("refreshToken"));
    }

    [Fact]
    public async Task Hundreds_of_callers_of_one_credential_cause_one_refresh()
    {
        SignedIn(-TimeSpan.FromHours(1));
        var credential = Managed(Source());

        var leases = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => Task.Run(async () => await credential.GetAsync())));

        Assert.Single(leases.Distinct());
        Assert.Equal(1, Server.Book.Refreshes);
    }

    [Fact]
    public async Task While_one_refreshes_the_tokens_that_others_read_are_never_torn()
    {
        SignedIn(TimeSpan.FromMinutes(10));
        Server.Book.TokenLife = TimeSpan.FromMinutes(10); // every fetch refreshes
        using var enough = new CancellationTokenSource();
        var cache = new SsoTokenCache(Session, Files, new SsoSecrets(Secrets, "work"), Clock, Logger);
        var reads = 0;
        var reader = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                Assert.NotNull((await cache.ReadAsync(CancellationToken.None)).Token);
                reads++;
            }
        });

        var source = Source();
        for (var i = 0; i < 40; i++)
            await FetchAsync(source);
        await enough.CancelAsync();
        await reader;

        Assert.Equal(40, Server.Book.Refreshes);
        Assert.True(reads > 0);
    }
}
