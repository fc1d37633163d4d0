using Rekey.Testing;

namespace Rekey.Cli.Tests.Load;

/// <summary>Rotations that succeed, in the four steps of AWS, with the time between the database's news and the secret's really there.</summary>
[Collection(RotatedPostgresGroup.Name)]
public sealed class SecretsManagerRotationTests(RotatedPostgres postgres) : SecretsManagerTest(postgres)
{
    private const int Rotations = 60;

    [Fact]
    public async Task Sixty_rotations_of_one_user_by_AWS_fail_no_query()
    {
        await PrepareAsync();
        await BeginAsync(Quick);

        for (var i = 0; i < Rotations; i++)
        {
            var before = Credential.Active!;
            await The.Function.RotateUntilTestedAsync();
            if (i % 3 < 2)
                await CrowdUntilSucceededAsync(before); // the current password is wrong by now, and logins are needed
            await Workers.MoreAsync(10);
            The.Function.FinishSecret();
            if (i % 3 > 0)
                await HearOfRotationAsync();
            Assert.Equal(The.Current, Credential.Active!.Version);
        }

        AssertNothingFailed();
        Assert.Equal(0, Source.ForcedCloses);
        Tell("one user", await The.RefusedLoginsAsync());
    }

    [Fact]
    public async Task Sixty_rotations_of_alternating_users_by_AWS_fail_no_query_and_present_no_wrong_password()
    {
        await PrepareAsync(alternatesUsers: true);
        await BeginAsync(Quick);

        for (var i = 0; i < Rotations; i++)
        {
            await The.Function.RotateUntilTestedAsync();
            if (i % 2 == 0)
                await CrowdAsync(); // needs logins, and the current one is good throughout
            The.Function.FinishSecret();
            if (i % 4 > 0)
                await HearOfRotationAsync();
            // Without a refusal and an event the next poll tells.
            await Until.True(() => Credential.Active!.Version == The.Current);
        }

        AssertNothingFailed();
        Assert.Equal(0, await The.RefusedLoginsAsync());
        Assert.Equal(0, The.PendingReads);
        Tell("alternating users", refused: 0);
    }

    [Fact]
    public async Task Alternating_rotations_that_nobody_announced_are_noticed_when_the_login_in_use_changes_in_its_turn()
    {
        await PrepareAsync(alternatesUsers: true);
        await BeginAsync(new RefreshPolicy());
        var first = Credential.Active!;
        await The.Function.RotateAsync();
        Assert.Same(first, Credential.Active);

        await The.Function.RotateUntilTestedAsync(); // the user that is still in use gets another password
        await CrowdUntilSucceededAsync(first);

        Assert.Equal(The.Current, Credential.Active!.Version);
        Assert.Equal(0, The.PendingReads);
        The.Function.FinishSecret();
        await Workers.MoreAsync(100);
        AssertNothingFailed();
    }

    private void Tell(string kind, int refused) => TestContext.Current.SendDiagnosticMessage(
        $"{kind}: {Rotations} rotations, {Workers.Figures.Answered} answered, {Workers.Figures.Failed} failed, "
        + $"{The.Server.Count("GetSecretValue")} fetches, {refused} refused logins");
}
