using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class VerificationTests : LifecycleTest
{
    [Fact]
    public async Task A_new_version_that_cannot_log_in_is_refused_and_the_old_one_stays()
    {
        var credential = Make();
        var first = await credential.GetAsync();
        The.Current = Plant("password-wrong").Reveal();

        Assert.Equal("CREDENTIAL_REJECTED", ErrorOf(await credential.RefreshAsync(RefreshTrigger.Rotation)).Code);

        Assert.Same(first, await credential.GetAsync());
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);
        AssertScheduled(credential);
    }

    [Fact]
    public async Task When_the_service_is_down_nothing_is_rejected_swapped_or_fetched_again()
    {
        var credential = Make();
        var first = await credential.GetAsync();
        Rotate("password-2");
        The.IsServiceDown = true;

        var attempt = Until.Done(credential.RefreshAsync(RefreshTrigger.Rotation), Time, TimeSpan.FromMilliseconds(100));
        Assert.Equal("SERVICE_UNREACHABLE", ErrorOf(await attempt).Code);
        Assert.Equal(1 + Policy.VerifyAttempts, The.Verifications);
        Assert.Same(first, await credential.GetAsync());

        The.IsServiceDown = false;
        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Schedule));
        Assert.Equal(2, The.Fetches); // what had been obtained was verified again, not fetched again
        Assert.Equal("password-2", Value(await credential.GetAsync()));
    }

    [Fact]
    public async Task A_verification_that_hangs_proves_nothing()
    {
        var credential = Make();
        await credential.GetAsync();
        Rotate("password-2");
        The.OnVerify = static _ => new TaskCompletionSource().Task;

        var attempt = Until.Done(credential.RefreshAsync(RefreshTrigger.Rotation), Time, TimeSpan.FromSeconds(1));

        Assert.Equal("SERVICE_UNREACHABLE", ErrorOf(await attempt).Code);
        Assert.Equal("password-1", Value(await credential.GetAsync()));
    }

    [Fact]
    public async Task A_refused_version_is_presented_again_ever_more_rarely()
    {
        var credential = Make();
        await credential.GetAsync();
        The.Current = Plant("password-wrong").Reveal();

        var end = Time.GetUtcNow().AddHours(1);
        while (Time.GetUtcNow() < end)
        {
            await credential.RefreshAsync(RefreshTrigger.Schedule);
            Time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.InRange(The.Refusals.Count, 5, 25);
    }

    [Fact]
    public async Task A_refused_version_comes_in_as_soon_as_the_service_accepts_it()
    {
        var credential = Make();
        await credential.GetAsync();
        The.Current = Plant("password-2").Reveal();
        await credential.RefreshAsync(RefreshTrigger.Rotation);
        The.Accept("password-2");

        Time.Advance(TimeSpan.FromSeconds(6));

        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Manual));
    }

    [Fact]
    public async Task A_credential_without_a_verifier_is_unverified()
    {
        IsVerified = false;
        var credential = Make();

        Assert.False((await credential.GetAsync()).IsVerified);
        Assert.False(credential.Status.IsVerified);
        Assert.Null(await credential.ProbeAsync());
    }

    [Fact]
    public async Task A_probe_asks_the_service_once_for_everybody_and_its_answer_lasts_briefly()
    {
        var credential = Make();
        await credential.GetAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => credential.ProbeAsync()));
        Assert.Equal(2, The.Verifications);
        Time.Advance(TimeSpan.FromSeconds(11));
        await credential.ProbeAsync();
        Assert.Equal(3, The.Verifications);
    }

    [Fact]
    public async Task A_probe_of_a_refused_credential_does_not_wait_for_the_end_of_the_window()
    {
        var credential = Make();
        await credential.GetAsync();
        The.Refuse("password-1");
        credential.Reject(credential.Active!);

        var verification = await credential.ProbeAsync(); // no manual time passes

        Assert.Equal(VerificationOutcome.Refused, verification!.Outcome);
        Assert.Equal("CREDENTIAL_REJECTED", verification.Error!.Code);
    }

    [Fact]
    public async Task A_probe_that_is_refused_rejects_the_lease_and_brings_the_next_version()
    {
        var credential = Make();
        await credential.GetAsync();
        Rotate("password-2");

        var verification = await credential.ProbeAsync();

        Assert.Equal(VerificationOutcome.Refused, verification!.Outcome);
        Assert.Equal("password-2", Value(await credential.GetAsync()));
        Assert.Equal(VerificationOutcome.Accepted, (await credential.ProbeAsync())!.Outcome);
    }

    [Fact]
    public async Task A_verifier_that_breaks_costs_no_lease()
    {
        The.IssuesLeases = true;
        The.OnVerify = static _ => throw new InvalidOperationException();
        var credential = Make();

        for (var i = 0; i < 3; i++)
            Assert.Equal("INTERNAL_ERROR", ErrorOf(await credential.RefreshAsync(RefreshTrigger.Manual)).Code);

        await Until.True(() => The.Revoked.Count == 3);
        Assert.Equal((3, 3), (credential.Status.Issued, credential.Status.Ended));
    }
}
