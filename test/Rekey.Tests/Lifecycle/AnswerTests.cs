using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

/// <summary>What a source's answer says of its own life.</summary>
public sealed class AnswerTests : LifecycleTest
{
    private readonly Authority _session;
    private int _fetches;

    public AnswerTests()
    {
        _session = new Authority(Time) { Current = Plant("session-1").Reveal(), TimeToLive = TimeSpan.FromMinutes(20) };
        IsVerified = false;
    }

    private SourceAnswer<SecretDocument> Answer { get; set; } =
        new(SecretDocument.FromFields([new("password", new Secret("password-of-an-answer"))]));

    private ManagedCredential<SecretValue> Read(ManagedCredential? parent = null) =>
        Make(source: new ReadingSource<SecretValue>(new Answering(this), static d => new SecretValue(d.Field("password")!.Value)), parent: parent);

    [Fact]
    public async Task An_answer_that_names_the_time_of_its_change_has_no_end_and_is_looked_at_then()
    {
        Answer = Answer with { ChangesIn = TimeSpan.FromHours(3) };
        var credential = Read();

        var lease = await credential.GetAsync();

        Assert.Null(lease.Term.Expires);
        Assert.Equal(Time.GetUtcNow().AddHours(3), credential.NextDue!.Value.Wall);
        Time.Advance(TimeSpan.FromHours(3));
        Assert.Same(lease, await credential.GetAsync());
        await Until.True(() => _fetches == 2 && !credential.IsRefreshing);
        Assert.Equal(Time.GetUtcNow().AddHours(3), credential.NextDue!.Value.Wall);
    }

    [Fact]
    public async Task The_end_comes_before_a_change_that_is_later()
    {
        Answer = Answer with { ChangesIn = TimeSpan.FromHours(3), TimeToLive = TimeSpan.FromHours(1) };
        var credential = Read();

        await credential.GetAsync();

        Assert.True(credential.NextDue!.Value.Wall < Time.GetUtcNow().AddHours(1));
    }

    [Theory]
    [InlineData(ParentBond.Access, null)]
    [InlineData(ParentBond.Life, 20)]
    public async Task An_answer_may_know_better_than_the_configuration_what_binds_it_to_its_parent(ParentBond bond, int? minutes)
    {
        Answer = Answer with { Bond = bond };
        var parent = Make("session", _session.Source);

        var lease = await Read(parent).GetAsync();

        Assert.Equal(minutes is { } left ? Time.GetUtcNow().AddMinutes(left) : null, lease.Term.Expires?.Wall);
        Assert.Equal(bond is ParentBond.Life ? parent.Active : null, lease.Parent);
    }

    [Fact]
    public async Task What_is_read_of_an_answer_stands_on_the_lease_that_the_answer_names()
    {
        var (bound, other) = (Make("session", _session.Source), Make("other", _session.Source));
        Answer = Answer with { Bond = ParentBond.Life, StandsOn = await other.GetAsync() };

        Assert.Same(other.Active, (await Read(bound).GetAsync()).Parent);
    }

    [Fact]
    public async Task A_child_whose_parent_has_died_is_obtained_once()
    {
        Answer = Answer with { Bond = ParentBond.Life, LeaseId = "lease/1" };
        var parent = Make("session", _session.Source);
        var child = Read(parent);
        var before = await child.GetAsync();
        await Until.True(() => !child.IsRefreshing); // the parent's first lease was news as well
        _session.Current = Plant("session-2").Reveal();
        Answer = Answer with { LeaseId = "lease/2" };

        parent.Reject(parent.Active!);

        Assert.True(before.IsRejected);
        await Until.True(() => child.Active != before && !child.IsRefreshing && !parent.IsRefreshing);
        Assert.Equal(2, _fetches);
        Assert.Same(parent.Active, child.Active!.Parent);
    }

    [Fact]
    public async Task A_child_that_finds_its_parents_death_itself_is_obtained_once()
    {
        Answer = Answer with { Bond = ParentBond.Life, LeaseId = "lease/1", TimeToLive = TimeSpan.FromMinutes(5) };
        var parent = Make("session", _session.Source);
        var child = Read(parent);
        var before = await child.GetAsync();
        await Until.True(() => !child.IsRefreshing); // the parent's first lease was news as well
        _session.Current = Plant("session-2").Reveal();
        Answer = Answer with { LeaseId = "lease/2" };
        Asked = () =>
        {
            if (parent.Active!.Number == 1)
                parent.Reject(parent.Active);
            return parent.GetLeaseAsync().AsTask();
        };
        Time.Advance(TimeSpan.FromMinutes(4.1)); // its time has come

        Assert.IsType<RefreshResult.Refreshed>(await child.RefreshAsync(RefreshTrigger.Schedule));

        await Until.True(() => child.Active != before && !child.IsRefreshing && !parent.IsRefreshing);
        Assert.Equal(2, _fetches);
        Assert.Same(parent.Active, child.Active!.Parent);
    }

    [Theory]
    [InlineData(ParentBond.Access)]
    [InlineData(ParentBond.Life)]
    public async Task What_was_read_with_a_parents_first_lease_is_not_read_again_because_of_it(ParentBond bond)
    {
        Answer = Answer with { Bond = bond };
        var child = Read(Make("session", _session.Source));

        await child.GetAsync();
        await Until.True(() => !child.IsRefreshing);

        Assert.Equal(1, _fetches);
    }

    /// <summary>What happens while the source is asked: it may find out more about the parent, and names the lease that it used in the end.</summary>
    private Func<Task<Lease>>? Asked { get; set; }

    private sealed class Answering(AnswerTests test) : CredentialSource<SecretDocument>
    {
        public override string Reference => "scripted://answer";

        public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref test._fetches);
            var answer = test.Answer;
            return test.Asked is { } asked ? answer with { StandsOn = await asked() } : answer;
        }
    }
}
