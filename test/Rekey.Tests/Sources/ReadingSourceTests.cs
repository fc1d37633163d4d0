using Rekey.Testing;

namespace Rekey.Tests.Sources;

public sealed class ReadingSourceTests : LeakCheckedTest
{
    private readonly ManualTimeProvider _time = new();

    private readonly ScriptedDocuments _inner = new() { Revoked = new() };

    public ReadingSourceTests() => _inner.OnFetch = Issues("lease/1", new SecretValue(Plant("value-of-lease-one")));

    [Fact]
    public async Task A_lease_is_extended_by_the_source_beneath_under_its_own_name()
    {
        Lease<SecretDocument>? renewed = null;
        _inner.OnRenew = lease =>
        {
            renewed = lease;
            return new SourceAnswer<SecretDocument>(SecretDocument.FromText(default)) { TimeToLive = TimeSpan.FromHours(1), IsRenewable = true };
        };
        await using var credential = Make();
        var lease = await credential.GetAsync(TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromMinutes(45));
        Assert.IsType<RefreshResult.Unchanged>(await credential.RefreshAsync(RefreshTrigger.Schedule, TestContext.Current.CancellationToken));

        Assert.Equal(("lease/1", 1L), (renewed?.LeaseId, renewed?.Number));
        Assert.Equal("value-of-lease-one", renewed?.Credential.Content.Reveal());
        Assert.Same(lease, credential.Active);
        Assert.Equal(1, _inner.Fetches);
    }

    [Fact]
    public async Task A_lease_is_given_back_to_the_source_beneath()
    {
        var credential = Make();
        await credential.GetAsync(TestContext.Current.CancellationToken);

        await credential.DisposeAsync();

        var revoked = Assert.Single(_inner.Revoked!);
        Assert.Equal(("lease/1", 0), (revoked.LeaseId, revoked.Holds));
    }

    [Fact]
    public async Task A_lease_whose_content_cannot_be_read_is_given_back_at_once()
    {
        var source = new ReadingSource<SecretValue>(_inner, static document => SecretValueReader.Read(document, "token", "scripted://documents"));

        Observe(await Assert.ThrowsAsync<CredentialException>(
            async () => await source.FetchAsync(new(RefreshTrigger.Demand, null), TestContext.Current.CancellationToken)));

        Assert.Equal("lease/1", Assert.Single(_inner.Revoked!).LeaseId);
    }

    [Fact]
    public async Task What_the_answer_says_beside_the_content_is_kept()
    {
        var end = DateTimeOffset.UnixEpoch.AddYears(100);
        _inner.OnFetch = _ => Task.FromResult(new SourceAnswer<SecretDocument>(SecretDocument.FromText(Plant("value-with-an-answer")))
        {
            Version = "v7",
            TimeToLive = TimeSpan.FromMinutes(5),
            ExpiresAt = end,
            IsRenewable = true,
            IsTruncated = true,
            LeaseId = "lease/2",
            Source = "scripted://second",
            IsFallback = true,
        });

        var answer = await Source().FetchAsync(new(RefreshTrigger.Demand, null), TestContext.Current.CancellationToken);

        Assert.Equal(
            ("v7", TimeSpan.FromMinutes(5), end, true, true, "lease/2", "scripted://second", true),
            (answer.Version, answer.TimeToLive, answer.ExpiresAt, answer.IsRenewable, answer.IsTruncated, answer.LeaseId, answer.Source, answer.IsFallback));
    }

    [Fact]
    public async Task The_source_beneath_is_told_what_is_in_use()
    {
        var inner = new Asked();
        var source = new ReadingSource<SecretValue>(inner, static document => SecretValueReader.Read(document, null, "scripted://asked"));
        await using var credential = Make(source);
        var lease = await credential.GetAsync(TestContext.Current.CancellationToken);

        credential.Reject(lease);
        await Until.True(() => inner.Requests.Count == 2);

        Assert.Null(inner.Requests[0].Current);
        Assert.Equal(1L, inner.Requests[1].Current?.Number);
    }

    [Fact]
    public void A_watch_is_that_of_the_source_beneath()
    {
        var announced = 0;
        using (Source().Watch(() => announced++))
            _inner.Announce();

        Assert.Equal(1, announced);
        Assert.Equal(0, _inner.Watchers);
    }

    private ReadingSource<SecretValue> Source() => new(_inner, static document => SecretValueReader.Read(document, null, "scripted://documents"));

    private ManagedCredential<SecretValue> Make(CredentialSource<SecretValue>? source = null) => new(new CredentialOptions<SecretValue>
    {
        Name = "token",
        Kind = "value",
        Source = source ?? Source(),
        Logger = Logger,
        Time = _time,
    });

    private static Func<CancellationToken, Task<SourceAnswer<SecretDocument>>> Issues(string lease, SecretValue value) =>
        _ => Task.FromResult(new SourceAnswer<SecretDocument>(value.Document)
        {
            LeaseId = lease,
            TimeToLive = TimeSpan.FromHours(1),
            IsRenewable = true,
        });

    private sealed class Asked : CredentialSource<SecretDocument>
    {
        public List<FetchRequest<SecretDocument>> Requests { get; } = [];

        public override string Reference => "scripted://asked";

        public override ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            return new(new SourceAnswer<SecretDocument>(SecretDocument.FromText(new Secret($"value-{Requests.Count}"))));
        }
    }
}
