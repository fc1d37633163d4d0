using Rekey.Cli.Tests.Load;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Vault;

namespace Rekey.Cli.Tests.Vault;

/// <summary>The promise, on leases of Vault and a real PostgreSQL: whatever befalls Vault, no query fails because of it.</summary>
[Collection(RotatedPostgresGroup.Name)]
public sealed class VaultRotationTests(RotatedPostgres postgres) : LeakCheckedTest
{
    private const int WorkerCount = 16;
    private const int Generations = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90); // for a machine that is busy with something else

    // Leases live for hours and here for seconds: requests are hardly paced, and a pool is not closed long before its end.
    private static readonly RefreshPolicy Quick =
        new() { PaceInterval = TimeSpan.FromMilliseconds(20), PaceBurst = 100, ObserveWindow = TimeSpan.FromMilliseconds(200) };

    [Theory]
    [InlineData(7)]
    public async Task Twenty_leases_with_outages_lost_tokens_seals_and_short_extensions_fail_no_query(int seed)
    {
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        await using var stage = await VaultStage.PrepareAsync(postgres.Server, minted => Plant(minted).Reveal());
        var login = stage.Login;
        var token = new ManagedCredential<VaultToken>(new CredentialOptions<VaultToken>
        {
            Name = "vault",
            Kind = "vault",
            Source = login,
            Verifier = login.VerifyAsync,
            Policy = Quick,
            Logger = Logger,
        });
        var credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = stage.Open(token),
            Verifier = DatabaseVerifier.For(stage.Driver),
            Policy = Quick,
            Parent = token,
            Logger = Logger,
        });
        var source = new RotatingDataSource(credential, stage.Driver, new RotatingDataSourceOptions { CloseBeforeExpiry = TimeSpan.FromMilliseconds(300) }, Logger);
        var trouble = new VaultTrouble(stage.Server, new Random(seed), () => credential.RefreshAsync(RefreshTrigger.Manual));

        var (workers, elapsed) = await RunAsync(stage, trouble, source, token, credential);

        var leases = stage.Server.Leases;
        var left = leases.Active;
        TestContext.Current.SendDiagnosticMessage(
            $"{workers.Figures.Answered} answered, {workers.Figures.Failed} failed in {elapsed.TotalSeconds:0.0} s; leases: {leases.Issued} issued, {leases.Renewed} extended, "
            + $"{leases.Truncated} cut, {leases.Revoked} revoked, {leases.Expired} expired, {leases.Forgotten} forgotten, {left.Count} left; "
            + $"{stage.Server.Tokens.LogIns} logins; {string.Join(", ", trouble.Struck.Select(static t => $"{t.Value} × {t.Key}"))}");
        Assert.True(workers.Figures.Failed == 0, $"seed {seed}: {workers.Figures.Failed} of {workers.Figures.Answered} failed: {workers.Figures.Codes}");
        Assert.InRange(leases.Issued, Generations, 200);
        Assert.Equal(0, source.ForcedCloses);
        Assert.InRange(stage.Server.Calls.Count / elapsed.TotalSeconds, 0, 20);
        // Before anybody tidies up: what is left are leases that nobody could have given back.
        Assert.All(left, static lease => Assert.NotNull(lease.Trouble));
        Assert.Equal(0, leases.Forgotten);
        Assert.Equal((credential.Status.Issued, token.Status.Issued), (credential.Status.Ended, token.Status.Ended));
        await RolesAreGoneAsync(stage, left.Count);
        await UntilNothingIsLeftAsync(stage);
    }

    private static async Task<(Workers Workers, TimeSpan Elapsed)> RunAsync(
        VaultStage stage, VaultTrouble trouble, RotatingDataSource source, ManagedCredential<VaultToken> token, ManagedCredential<DatabaseCredential> credential)
    {
        var registry = new CredentialRegistry();
        registry.Add(token);
        registry.Add(credential);
        using var stop = new CancellationTokenSource();
        var refreshing = new CredentialRefresher(registry, TimeProvider.System).RunAsync(stop.Token);
        var began = TimeProvider.System.GetTimestamp();
        var workers = new Workers(new RotatingLoad(stage.Driver, credential, source), WorkerCount);
        await workers.MoreAsync(100);
        while ((stage.Server.Leases.Issued < Generations || trouble.Struck.Count < 6) && TimeProvider.System.GetElapsedTime(began) < Longest)
        {
            await trouble.StrikeAsync();
            await stage.Server.SweepAsync();
            await stage.DropEndedAsync();
        }
        await workers.MoreAsync(100);
        await workers.DisposeAsync();
        await stop.CancelAsync();
        await refreshing;
        await Until.True(() => !token.IsRefreshing && !credential.IsRefreshing); // an answer that is under way at the end is lost
        await source.DisposeAsync();
        await credential.DisposeAsync();
        await token.DisposeAsync();
        return (workers, TimeProvider.System.GetElapsedTime(began));
    }

    // The roles of what was given back go as soon as their last session has.
    private static async Task RolesAreGoneAsync(VaultStage stage, int left)
    {
        for (var turn = 0; await stage.RolesAsync() > left; turn++)
        {
            Assert.True(turn < 100, "the role of a lease that was revoked is still there");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    // Whose answer was lost ends by its time, and nothing is asked after the end.
    private static async Task UntilNothingIsLeftAsync(VaultStage stage)
    {
        var calls = stage.Server.Calls.Count;
        while (stage.Server.Leases.Active.Count > 0 || await stage.RolesAsync() > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            await stage.Server.SweepAsync();
        }
        Assert.Equal(calls, stage.Server.Calls.Count);
    }
}
