using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Cli.Tests.Load;

/// <summary>Rotations that stop half-way, publish what does not work, are undone, or whose secret goes.</summary>
[Collection(RotatedPostgresGroup.Name)]
public sealed class BrokenRotationTests(RotatedPostgres postgres) : SecretsManagerTest(postgres)
{
    [Fact]
    public async Task A_rotation_that_nobody_finishes_is_served_on_its_pending_version_until_somebody_does()
    {
        await PrepareAsync();
        await BeginAsync(Quick);
        var before = Credential.Active!;

        await The.Function.RotateUntilTestedAsync();
        await CrowdUntilSucceededAsync(before);
        var pending = Credential.Active!;
        Assert.Equal(The.Secret.Stages[AwsSecret.Pending], pending.Version);
        await PollsAsync(2);
        await CrowdAsync();
        Assert.Equal((CredentialPhase.Ready, 0), (Credential.Status.Phase, Credential.Status.Failures));

        The.Function.FinishSecret();
        await HearOfRotationAsync();
        await CrowdAsync();

        Assert.Same(pending, Credential.Active);
        AssertNothingFailed();
    }

    [Fact]
    public async Task A_rotation_that_is_given_up_serves_on_and_its_undoing_is_noticed_at_the_first_refused_login()
    {
        await PrepareAsync();
        await BeginAsync(Quick);
        var before = Credential.Active!;
        await The.Function.RotateUntilTestedAsync();
        await CrowdUntilSucceededAsync(before);
        var pending = Credential.Active!;

        The.Function.Cancel(); // AWSCURRENT is wrong and nothing is pending: only what is in use works
        await Until.True(() => Credential.Status.Phase is CredentialPhase.Degraded);
        await CrowdAsync();
        Assert.Equal("CREDENTIAL_REJECTED", Credential.Status.LastError!.Code);

        await The.SetPasswordOfCurrentAsync();
        await CrowdUntilSucceededAsync(pending);

        Assert.Equal(before.Version, Credential.Active!.Version);
        AssertNothingFailed();
    }

    [Fact]
    public async Task A_pending_version_left_by_a_failed_rotation_is_not_even_asked_for_while_the_current_one_works()
    {
        await PrepareAsync();
        await BeginAsync(Quick);
        var before = Credential.Active!;

        await The.Function.RotateAndFailAsync();
        var refused = await The.RefusedLoginsAsync(); // by the function's own test
        await HearOfRotationAsync();
        await PollsAsync(2);
        await CrowdAsync();

        Assert.Same(before, Credential.Active);
        Assert.Equal(0, The.PendingReads);
        Assert.Equal(refused, await The.RefusedLoginsAsync());

        The.Function.Cancel();
        await The.Function.RotateAsync();
        await CrowdUntilSucceededAsync(before);
        Assert.Equal(The.Current, Credential.Active!.Version);
        AssertNothingFailed();
    }

    [Fact]
    public async Task A_version_published_before_the_database_knows_it_is_not_taken_until_the_database_does()
    {
        await PrepareAsync();
        await BeginAsync(Quick);
        var before = Credential.Active!;

        The.Function.PublishUnset();
        Assert.Equal("CREDENTIAL_REJECTED", Assert.IsType<RefreshResult.Failed>(await HearOfRotationAsync()).Error.Code);
        await PollsAsync(2);
        await CrowdAsync();
        Assert.Same(before, Credential.Active);
        Assert.Equal(CredentialPhase.Degraded, Credential.Status.Phase);

        await The.SetPasswordOfCurrentAsync();
        await CrowdUntilSucceededAsync(before);

        Assert.Equal(The.Current, Credential.Active!.Version);
        AssertNothingFailed();
    }

    [Fact]
    public async Task A_label_moved_back_together_with_the_database_is_a_change_like_any_other()
    {
        await PrepareAsync();
        await BeginAsync(Quick);
        var first = Credential.Active!;
        await The.Function.RotateUntilTestedAsync();
        await CrowdUntilSucceededAsync(first); // the first version has just been refused
        The.Function.FinishSecret();
        var second = Credential.Active!;

        await The.Function.RollBackAsync(alsoInDatabase: true);
        await CrowdUntilSucceededAsync(second);

        Assert.Equal(first.Version, Credential.Active!.Version);
        AssertNothingFailed();
    }

    [Fact]
    public async Task A_label_moved_back_without_the_database_takes_nothing_away()
    {
        await PrepareAsync();
        await BeginAsync(Quick);
        var first = Credential.Active!;
        await The.Function.RotateUntilTestedAsync();
        await CrowdUntilSucceededAsync(first);
        The.Function.FinishSecret();
        var second = Credential.Active!;

        await The.Function.RollBackAsync(alsoInDatabase: false);
        Assert.IsType<RefreshResult.Failed>(await HearOfRotationAsync());
        await CrowdAsync();

        Assert.Same(second, Credential.Active);
        Assert.Equal(CredentialPhase.Degraded, Credential.Status.Phase);
        AssertNothingFailed();
    }

    [Fact]
    public async Task A_deleted_secret_is_reported_at_once_and_used_no_longer_than_the_revocation_latency()
    {
        await PrepareAsync();
        await BeginAsync(Quick with { RevocationLatency = TimeSpan.FromSeconds(1.5) });
        var before = Credential.Active!;

        The.DeleteSecret();
        Assert.Equal("AWS_SECRET_DELETED", Assert.IsType<RefreshResult.Failed>(await HearOfRotationAsync()).Error.Code);
        var end = Credential.Status.ExpiresAt;
        Assert.True(end <= TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1.5));
        var failed = Workers.Figures.Failed;
        Assert.True(failed == 0 || Credential.Status.Phase is CredentialPhase.Expired, $"{failed} failed before the end: {Workers.Figures.Codes}");

        await Until.True(() => Credential.Status.Phase is CredentialPhase.Expired);
        Assert.Equal(end, Credential.Status.ExpiresAt); // saying it again has not moved it
        var error = Observe(await Assert.ThrowsAsync<CredentialException>(CrowdAsync)).Error;
        Assert.Equal("AWS_SECRET_DELETED", error.Code);
        await Until.True(() => Workers.Figures.Failed > 0);
        Assert.Equal(Workers.Figures.Failed, Workers.Figures.Of("AWS_SECRET_DELETED"));

        The.RestoreSecret();
        await Until.True(() => Credential.Status.Phase is CredentialPhase.Ready);
        await CrowdAsync();
        Assert.Equal(before.Version, Credential.Active!.Version);
    }

    [Fact]
    public async Task A_cold_start_in_the_window_begins_on_the_pending_version()
    {
        await PrepareAsync();
        await The.Function.RotateUntilTestedAsync();

        await BeginAsync(Quick);
        await CrowdAsync();

        Assert.Equal(The.Secret.Stages[AwsSecret.Pending], Credential.Active!.Version);
        AssertNothingFailed();
    }

    [Fact]
    public async Task A_cold_start_before_a_service_that_shows_the_rotation_late_waits_for_it()
    {
        await PrepareAsync();
        The.Server.Secrets.HoldBack();
        await The.Function.RotateAsync();
        Start(Quick);
        await Until.True(() => The.PendingReads > 0); // the current one was refused, and there is nothing beside it

        The.Server.Secrets.Release();
        await Workers.MoreAsync(100);

        Assert.Equal(The.Current, Credential.Active!.Version);
        AssertNothingFailed();
    }

    [Fact]
    public async Task An_event_that_comes_before_the_service_shows_the_new_version_is_followed_up_without_a_poll()
    {
        await PrepareAsync(alternatesUsers: true);
        await BeginAsync(Quick with { PollInterval = TimeSpan.FromHours(1) });
        The.Server.Secrets.HoldBack();
        await The.Function.RotateAsync();
        Assert.IsType<RefreshResult.Unchanged>(await HearOfRotationAsync());

        The.Server.Secrets.Release();
        await Until.True(() => Credential.Active!.Version == The.Current);

        await CrowdAsync();
        AssertNothingFailed();
    }

    [Fact]
    public async Task Logins_wait_while_the_database_is_ahead_of_everything_that_the_service_shows()
    {
        await PrepareAsync();
        await BeginAsync(Quick with { PollInterval = TimeSpan.FromHours(1) });
        var before = Credential.Active!;
        The.Server.Secrets.HoldBack();
        await The.Function.RotateAsync();

        var crowd = CrowdUntilSucceededAsync(before);
        await Until.True(() => before.IsRejected && The.PendingReads > 0);
        The.Server.Secrets.Release();
        await crowd;

        Assert.Equal(The.Current, Credential.Active!.Version);
        AssertNothingFailed();
    }

    private async Task PollsAsync(int count)
    {
        var wanted = The.Server.Count("GetSecretValue") + count;
        await Until.True(() => The.Server.Count("GetSecretValue") >= wanted);
    }
}
