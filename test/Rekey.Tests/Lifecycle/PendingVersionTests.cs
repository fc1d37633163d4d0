using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

/// <summary>Inside the window of a single-user rotation: the service knows the pending version, the source still returns the current one.</summary>
public sealed class PendingVersionTests : LifecycleTest
{
    [Fact]
    public async Task The_pending_version_takes_over_when_the_service_refuses_the_current_one()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        BeginRotation("password-2");

        credential.Reject(old);

        Assert.Equal("password-2", Value(await credential.GetAsync()));
        Assert.Equal(["password-1"], The.Refusals);
    }

    [Fact]
    public async Task A_cold_start_in_the_window_uses_the_pending_version()
    {
        BeginRotation("password-2");

        Assert.Equal("password-2", Value(await Make().GetAsync()));
    }

    [Fact]
    public async Task While_the_service_accepts_the_current_version_nobody_asks_for_a_pending_one()
    {
        The.Pending = Plant("password-left-by-a-failed-rotation").Reveal();
        var credential = Make();
        await credential.GetAsync();

        await credential.RefreshAsync(RefreshTrigger.Manual);

        Assert.Equal(0, The.PendingFetches);
        Assert.Equal("password-1", Value(await credential.GetAsync()));
    }

    [Fact]
    public async Task A_pending_version_that_the_service_refuses_too_leaves_the_wait_for_the_current_one()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        The.Pending = Plant("password-left-by-a-failed-rotation").Reveal();
        The.Refuse("password-1");
        credential.Reject(old);
        await Until.True(() => The.Refusals.Count == 2 && !credential.IsRefreshing);
        Assert.Equal("CREDENTIAL_REJECTED", credential.Status.LastError!.Code);

        var waiting = credential.GetAsync().AsTask();
        Rotate("password-3");

        Assert.Equal("password-3", Value(await Until.Done(waiting, Time, TimeSpan.FromMilliseconds(200))));
    }

    [Fact]
    public async Task The_finish_of_the_rotation_changes_nothing_for_who_runs_on_the_pending_version_already()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        BeginRotation("password-2");
        credential.Reject(old);
        var pending = await credential.GetAsync();

        (The.Current, The.Pending) = ("password-2", null);
        var result = await credential.RefreshAsync(RefreshTrigger.Rotation);

        Assert.Same(pending, Assert.IsType<RefreshResult.Unchanged>(result).Lease);
    }

    [Fact]
    public async Task A_look_at_the_source_while_the_rotation_is_stuck_keeps_the_pending_version_and_reports_no_failure()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        BeginRotation("password-2");
        credential.Reject(old);
        var pending = await credential.GetAsync();
        Time.Advance(TimeSpan.FromMinutes(6));

        await credential.RefreshAsync(RefreshTrigger.Schedule);

        Assert.Same(pending, await credential.GetAsync());
        Assert.Equal(CredentialPhase.Ready, credential.Status.Phase);
        Assert.Equal(0, credential.Status.Failures);
    }

    [Fact]
    public async Task A_rotation_that_is_undone_brings_the_current_version_back()
    {
        var credential = Make();
        var old = await credential.GetAsync();
        BeginRotation("password-2");
        credential.Reject(old);
        var pending = await credential.GetAsync();
        The.Refuse("password-2");
        The.Accept("password-1");
        Time.Advance(TimeSpan.FromMinutes(1));

        credential.Reject(pending);

        Assert.Equal("password-1", Value(await Until.Done(credential.GetAsync().AsTask(), Time, TimeSpan.FromMilliseconds(200))));
    }

    [Fact]
    public async Task Several_who_read_one_document_find_its_pending_version_too()
    {
        IsVerified = false;
        var document = Make("document");
        IsVerified = true;
        var reader = Make("reader", new DerivedSource<SecretValue, SecretValue>("credential://document", document, static v => v), document, ParentBond.Life);
        var old = await reader.GetAsync();
        BeginRotation("password-2");

        reader.Reject(old);

        Assert.Equal("password-2", Value(await Until.Done(reader.GetAsync().AsTask(), Time, TimeSpan.FromMilliseconds(200))));
    }

    // The password has changed at the service and the source keeps the new one as pending.
    private void BeginRotation(string password)
    {
        The.Pending = Plant(password).Reveal();
        The.Refuse("password-1");
        The.Accept(password);
    }
}
