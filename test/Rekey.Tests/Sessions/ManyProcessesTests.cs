using Rekey.Testing;
using Rekey.Testing.Sessions;

namespace Rekey.Tests.Sessions;

/// <summary>
/// Invariant: over all processes that share a store, an authority of single-use keys sees exactly one exchange per rotation, and none loses the session.
/// </summary>
public sealed class ManyProcessesTests : SessionTest
{
    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    public async Task Processes_that_refresh_at_once_share_one_exchange(int count)
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var processes = Enumerable.Range(0, count).Select(_ => Make()).ToList();
        foreach (var one in processes)
            await Get(one);

        var results = await Task.WhenAll(processes.Select(p => Refresh(p)));

        Assert.All(results, static result => Assert.IsType<RefreshResult.Refreshed>(result));
        Assert.Equal((1, 0), (The.Refreshes, The.Reuses));
        var tokens = new List<string>();
        foreach (var one in processes)
            tokens.Add(Token(await Get(one)));
        Assert.Single(tokens.Distinct());
        Assert.All(processes, static p => Assert.Equal(1, p.Session!.Refreshes));
    }

    [Fact]
    public async Task A_process_takes_over_what_another_has_obtained_when_the_store_says_so()
    {
        Configured = NewSession();
        var (one, other) = (Make(), Make());
        await Get(one);
        await Get(other);
        one.BeginWatching();

        await Refresh(other);
        Store.Announce();

        var token = Token(await Get(other));
        await Until.True(() => Token(one.Active!) == token);
        Assert.Equal(1, The.Refreshes);
    }

    [Fact]
    public async Task A_lost_reply_is_asked_for_again_and_ends_the_session_only_when_the_authority_says_so()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var slack = Make();
        var before = Token(await Get(slack));
        The.AfterGrant = _ => throw new CredentialException(SessionErrors.Network("scripted", "the connection broke"));

        var error = await Fails(slack);

        Assert.Equal(("SESSION_REVOKED", 2), (error.Code, The.Refreshes)); // the same key once more, and no third time
        Assert.Equal(before, Token(await Get(slack)));
    }

    [Fact]
    public async Task Processes_under_stress_share_every_exchange()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        var processes = Enumerable.Range(0, 6).Select(_ => Make()).ToList();
        foreach (var one in processes)
            await Get(one);
        The.AfterGrant = async _ => await Task.Yield();

        for (var round = 1; round <= 25; round++)
        {
            var askers = processes.Where(_ => random.Next(2) == 0).DefaultIfEmpty(processes[0]).ToList();
            var before = The.Refreshes;
            await Task.WhenAll(askers.Select(p => Refresh(p, RefreshTrigger.Manual)));
            // Those that knew of an older session take the newer one; at most one of those that knew the newest asks.
            Assert.InRange(The.Refreshes - before, 0, 1);
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, The.Reuses);
        Assert.Equal(The.Refreshes, (await Store.ReadAsync("slack", default))!.Refreshes);
    }
}
