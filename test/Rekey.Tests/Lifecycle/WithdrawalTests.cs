namespace Rekey.Tests.Lifecycle;

/// <summary>The authority says that the credential is gone, or that it is ours no longer.</summary>
public sealed class WithdrawalTests : LifecycleTest
{
    private static readonly CredentialError Gone =
        new("SECRET_GONE", "It was deleted.", Retryable: false, "Restore it.") { Kind = FailureKind.Refused, IsWithdrawal = true };

    [Fact]
    public async Task A_deleted_credential_is_reported_at_once_and_used_no_longer_than_the_revocation_latency()
    {
        var credential = Make();
        var lease = await credential.GetAsync();
        Withdraw();

        var error = ErrorOf(await credential.RefreshAsync(RefreshTrigger.Manual));
        Assert.Equal("SECRET_GONE", error.Code);
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);
        Assert.Same(lease, await credential.GetAsync());

        Time.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal("SECRET_GONE", (await Fails(async () => await credential.GetAsync())).Code);
        Assert.Equal(CredentialPhase.Expired, credential.Status.Phase);
    }

    [Fact]
    public async Task Saying_it_again_does_not_move_the_end()
    {
        var credential = Make();
        await credential.GetAsync();
        Withdraw();
        await credential.RefreshAsync(RefreshTrigger.Manual);
        var end = credential.Status.ExpiresAt;

        Time.Advance(TimeSpan.FromMinutes(5));
        await credential.RefreshAsync(RefreshTrigger.Manual);

        Assert.NotNull(end);
        Assert.Equal(end, credential.Status.ExpiresAt);
    }

    [Fact]
    public async Task A_credential_that_comes_back_has_no_end_any_more()
    {
        var credential = Make();
        var lease = await credential.GetAsync();
        Withdraw();
        await credential.RefreshAsync(RefreshTrigger.Manual);
        The.OnFetch = null;

        await credential.RefreshAsync(RefreshTrigger.Manual);

        Assert.Same(lease, await credential.GetAsync());
        Assert.Null(credential.Status.ExpiresAt);
        Assert.Equal(CredentialPhase.Ready, credential.Status.Phase);
    }

    [Fact]
    public async Task A_source_that_is_only_out_of_reach_takes_nothing_away()
    {
        var credential = Make();
        var lease = await credential.GetAsync();
        The.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("scripted://authority", "no answer"));
        await credential.RefreshAsync(RefreshTrigger.Manual);

        Time.Advance(TimeSpan.FromHours(5));

        Assert.Same(lease, await credential.GetAsync());
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_place_with_nothing_in_it_takes_away_only_what_its_operator_says_ends_with_it(bool withdraws, bool isUsed)
    {
        Policy = Policy with { AbsenceWithdraws = withdraws };
        var credential = Make();
        var lease = await credential.GetAsync();
        The.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("scripted://authority", "nothing there") with { IsAbsence = true });
        await credential.RefreshAsync(RefreshTrigger.Manual);
        Assert.Same(lease, await credential.GetAsync());

        Time.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal(isUsed ? CredentialPhase.Degraded : CredentialPhase.Expired, credential.Status.Phase);
    }

    private void Withdraw() => The.OnFetch = static _ => throw new CredentialException(Gone);
}
