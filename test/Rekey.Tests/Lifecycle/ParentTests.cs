using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class ParentTests : LifecycleTest
{
    private readonly Authority _session;

    public ParentTests()
    {
        _session = new Authority(Time) { Current = "session-1" };
        _session.Accept(Plant("session-1").Reveal());
    }

    private ManagedCredential<SecretValue> MakeParent() => Make("session", _session.Source);

    [Fact]
    public async Task Life_is_the_minimum_where_the_authority_ends_both()
    {
        IsVerified = false;
        _session.TimeToLive = TimeSpan.FromMinutes(20);
        The.TimeToLive = TimeSpan.FromHours(1);
        var child = Make(parent: MakeParent(), bond: ParentBond.Life);

        var lease = await child.GetAsync();

        Assert.Equal(Time.GetUtcNow().AddMinutes(20), lease.Term.Expires!.Value.Wall);
    }

    [Fact]
    public async Task What_is_wrong_with_the_document_is_told_by_each_that_is_read_out_of_it()
    {
        using var folder = new Files.TemporaryDirectory();
        File.WriteAllText(folder["token"], """{"username":"orders"}""");
        var source = new FileSource(
            folder["token"], Time, "file:///token", Logger, FileContent.Read, mounts: () => $"36 35 98:0 / {folder["token"]} rw - ext4 /dev/root rw");
        await using var document = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument> { Name = "document", Kind = "document", Source = source, Time = Time });
        var field = Make("field", new DerivedSource<SecretDocument, SecretValue>("file:///token#username", document, static d => new SecretValue(d.Field("username")!.Value)), document);

        Assert.Equal("FILE_MOUNTED_ALONE", field.Status.Warning?.Code);
    }

    [Fact]
    public async Task A_parent_that_is_only_needed_to_fetch_takes_nothing_away()
    {
        IsVerified = false;
        _session.TimeToLive = TimeSpan.FromMinutes(20);
        var child = Make(parent: MakeParent(), bond: ParentBond.Access);
        var lease = await child.GetAsync();
        _session.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("session", "gone"));

        Time.Advance(TimeSpan.FromHours(1));

        Assert.Null(lease.Term.Expires);
        Assert.Same(lease, await child.GetAsync());
    }

    [Fact]
    public async Task The_parents_death_rejects_the_children_that_die_with_it()
    {
        IsVerified = false;
        var parent = MakeParent();
        var (bound, free) = (Make("bound", parent: parent, bond: ParentBond.Life), Make("free", parent: parent));
        var lease = await bound.GetAsync();
        await free.GetAsync();
        The.Current = Plant("password-2").Reveal();
        _session.Current = Plant("session-2").Reveal();

        parent.Reject(parent.Active!);

        Assert.True(lease.IsRejected);
        Assert.False(free.Active!.IsRejected);
        Assert.Equal("password-2", Value(await bound.GetAsync()));
        await Until.True(() => Value(free.Active!) == "password-2"); // its parent's refresh triggered it
    }

    [Fact]
    public async Task A_parents_lease_is_not_revoked_before_its_children_are_done()
    {
        IsVerified = false;
        _session.IssuesLeases = true;
        Policy = Policy with { ObserveWindow = TimeSpan.Zero };
        var parent = MakeParent();
        var child = Make(parent: parent, bond: ParentBond.Life);
        var childLease = await child.GetAsync();
        Assert.True(childLease.TryHold(out var work));
        _session.Current = Plant("session-2").Reveal();
        The.Current = Plant("password-2").Reveal();

        await parent.RefreshAsync(RefreshTrigger.Rotation);
        await Until.True(() => Value(child.Active!) == "password-2");
        Assert.Empty(_session.Revoked);
        work!.Dispose();

        await Until.True(() => _session.Revoked.Count == 1);
    }

    [Fact]
    public async Task Needs_user_action_carries_the_parents_name_and_the_parents_return_revives_the_child()
    {
        IsVerified = false;
        _session.OnFetch = static _ => throw new CredentialException(CredentialErrors.SignInNotAvailable("session"));
        var parent = MakeParent();
        var child = Make(parent: parent);

        var error = await Fails(async () => await child.GetAsync());
        Assert.Equal("session", error.Parent);
        Assert.Equal(CredentialPhase.NeedsUserAction, child.Status.Phase);

        _session.OnFetch = null;
        await parent.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => child.Status.Phase is CredentialPhase.Ready);
    }

    [Fact]
    public async Task References_that_differ_only_in_their_field_share_one_lease_and_never_tear()
    {
        IsVerified = false;
        var version = 1;
        var document = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "shared",
            Kind = "document",
            Time = Time,
            Policy = Policy,
            Source = new Documents(() => version),
        });
        ManagedCredential<SecretValue> Field(string field) => Make(field, new DerivedSource<SecretDocument, SecretValue>(
            $"scripted://pair#{field}", document, d => new SecretValue(d.Field(field)!.Value)), document, ParentBond.Life);
        var (user, password) = (Field("user"), Field("password"));

        for (version = 1; version <= 20; version++)
        {
            await user.RefreshAsync(RefreshTrigger.Rotation);
            await password.RefreshAsync(RefreshTrigger.Rotation);
            await Until.True(() => !user.IsRefreshing && !password.IsRefreshing && user.Active!.Parent == password.Active!.Parent);
            Assert.Equal($"user-{version}", Value(await user.GetAsync()));
            Assert.Equal($"password-{version}", Value(await password.GetAsync()));
        }
        await Until.Done(document.DisposeAsync().AsTask(), Time, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Credentials_on_one_reading_are_refreshed_by_one_and_the_one_that_is_paced_takes_it_over_at_once()
    {
        IsVerified = false;
        var readings = 0;
        var document = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "shared",
            Kind = "document",
            Time = Time,
            Policy = Policy,
            Source = new Documents(() => Interlocked.Increment(ref readings)), // each reading is another login
        });
        ManagedCredential<SecretValue> Field(string field) => Make(field, new DerivedSource<SecretDocument, SecretValue>(
            $"scripted://pair#{field}", document, d => new SecretValue(d.Field(field)!.Value)), document, ParentBond.Life);
        var user = Field("user");
        Policy = Policy with { PaceBurst = 0 }; // whoever asks for this one waits
        var password = Field("password");
        Made.Add(document);
        await user.GetAsync();
        await Until.True(() => password.Active is not null && !password.IsRefreshing);

        // Both are asked for at once, and one of them has to wait.
        var timers = Time.ArmedTimers;
        var paced = password.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => Time.ArmedTimers > timers);
        await user.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => Value(password.Active!) == "password-2");
        Assert.Equal("user-2", Value(user.Active!));
        Time.Advance(Policy.PaceInterval);
        await paced;

        Assert.Equal(2, readings);
        Assert.Equal(("user-2", "password-2"), (Value(user.Active!), Value(password.Active!)));
    }

    [Fact]
    public async Task What_failed_with_the_parents_lease_is_not_tried_again_because_of_that_lease()
    {
        The.OnVerify = static _ => throw new CredentialException(CredentialErrors.Unverifiable("field") with { RetryAfter = TimeSpan.FromSeconds(7) });
        var document = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "shared",
            Kind = "document",
            Time = Time,
            Policy = Policy,
            Source = new Documents(static () => 1),
        });
        var field = Make("field", new DerivedSource<SecretDocument, SecretValue>("scripted://pair#user", document, d => new SecretValue(d.Field("user")!.Value)), document, ParentBond.Life);
        Made.Add(document);

        await field.RefreshAsync(RefreshTrigger.Schedule); // obtains the parent's first lease, which is news to this one too
        await Until.True(() => !field.IsRefreshing);

        Assert.Equal((1, 1), (The.Verifications, field.Status.Failures));
    }

    [Fact]
    public async Task What_a_parent_has_announced_to_a_list_of_sources_is_not_asked_for_once_more()
    {
        IsVerified = false;
        var readings = 0;
        var document = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "shared",
            Kind = "document",
            Time = Time,
            Policy = Policy,
            Source = new Documents(() => Interlocked.Increment(ref readings)), // each reading is another login
        });
        var list = new OrderedSources<SecretValue>([new DerivedSource<SecretDocument, SecretValue>(
            "scripted://pair#user", document, static d => new SecretValue(d.Field("user")!.Value)) { AnnouncesParent = true }]);
        var user = Make("user", list);
        Made.Add(document);
        await user.GetAsync();
        user.BeginWatching();
        await Until.True(() => !user.IsRefreshing);

        await document.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => !user.IsRefreshing && Value(user.Active!) == "user-2");
        await user.RefreshAsync(RefreshTrigger.Schedule);

        Assert.Equal(2, readings);
    }

    [Fact]
    public async Task What_is_wrong_with_a_lease_shows_in_everything_that_dies_with_it()
    {
        IsVerified = false;
        _session.TimeToLive = TimeSpan.FromMinutes(20);
        var parent = MakeParent();
        var (bound, free) = (Make("bound", parent: parent, bond: ParentBond.Life), Make("free", parent: parent));
        await bound.GetAsync();
        await free.GetAsync();
        _session.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("session", "sealed"));

        await parent.RefreshAsync(RefreshTrigger.Manual);

        var status = bound.Status;
        Assert.Equal((CredentialPhase.Degraded, 1, "SOURCE_UNAVAILABLE", "session"), (status.Phase, status.Failures, status.LastError?.Code, status.LastError?.Parent));
        Assert.Equal(parent.Status.NextAttemptAt, status.NextAttemptAt);
        Assert.Equal((CredentialPhase.Ready, null), (free.Status.Phase, free.Status.LastError));
    }

    private sealed class Documents(Func<int> version) : CredentialSource<SecretDocument>
    {
        public override string Reference => "scripted://pair";

        public override ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
        {
            var v = version();
            return new(new SourceAnswer<SecretDocument>(SecretDocument.FromFields([new("user", new Secret($"user-{v}")), new("password", new Secret($"password-{v}"))])));
        }
    }
}
