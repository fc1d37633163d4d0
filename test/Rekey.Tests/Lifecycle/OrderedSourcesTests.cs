using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class OrderedSourcesTests : LifecycleTest
{
    private readonly Scripted _first = new("scripted://first");
    private readonly Scripted _second = new("scripted://second");

    private ManagedCredential<SecretValue> MakeOrdered()
    {
        IsVerified = false;
        return Make("ordered", new OrderedSources<SecretValue>([_first, _second]));
    }

    [Fact]
    public async Task An_unavailable_source_lets_the_next_try_and_status_says_which_one_answered()
    {
        _first.Error = CredentialErrors.SourceUnavailable(_first.Reference, "down");
        var credential = MakeOrdered();

        await credential.GetAsync();

        Assert.Equal("scripted://second", credential.Status.AnsweredBy);
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);
    }

    [Fact]
    public async Task A_refusal_stops_the_order()
    {
        _first.Error = CredentialErrors.SourceRefused(_first.Reference, "forbidden", "ask");
        var credential = MakeOrdered();

        Assert.Equal("SOURCE_REFUSED", (await Fails(async () => await credential.GetAsync())).Code);
        Assert.Equal(0, _second.Fetches);
    }

    [Fact]
    public async Task When_the_first_source_is_back_it_answers_again()
    {
        _first.Error = CredentialErrors.SourceUnavailable(_first.Reference, "down");
        var credential = MakeOrdered();
        await credential.GetAsync();
        _first.Error = null;

        await credential.RefreshAsync(RefreshTrigger.Manual);

        Assert.Equal("scripted://first", credential.Status.AnsweredBy);
        Assert.Equal(CredentialPhase.Ready, credential.Status.Phase);
    }

    [Fact]
    public async Task What_the_first_source_gave_stays_in_use_while_it_is_good_and_only_then_the_next_one_is_asked()
    {
        _first.Life = TimeSpan.FromHours(1);
        var credential = MakeOrdered();
        var lease = await credential.GetAsync();
        _first.Error = CredentialErrors.SourceUnavailable(_first.Reference, "down");
        Time.Advance(TimeSpan.FromMinutes(50));

        Assert.Equal("SOURCE_UNAVAILABLE", ErrorOf(await credential.RefreshAsync(RefreshTrigger.Schedule)).Code);
        Assert.Same(lease, await credential.GetAsync());
        Assert.Equal((CredentialPhase.Degraded, 0), (credential.Status.Phase, _second.Fetches));

        Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("scripted://second", (await credential.GetAsync()).Source);
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);
    }

    [Fact]
    public async Task What_a_service_refuses_is_replaced_by_the_next_source_at_once()
    {
        var credential = MakeOrdered();
        credential.Reject(await credential.GetAsync());
        await Until.True(() => !credential.IsRefreshing);
        _first.Error = CredentialErrors.SourceUnavailable(_first.Reference, "down");

        credential.Reject(await credential.GetAsync());

        Assert.Equal("scripted://second", (await credential.GetAsync()).Source);
    }

    private sealed class Scripted(string reference) : CredentialSource<SecretValue>
    {
        public override string Reference => reference;

        public CredentialError? Error { get; set; }

        public TimeSpan? Life { get; set; }

        public int Fetches { get; private set; }

        public override ValueTask<SourceAnswer<SecretValue>> FetchAsync(FetchRequest<SecretValue> request, CancellationToken cancellationToken)
        {
            Fetches++;
            return Error is { } error
                ? throw new CredentialException(error)
                : new(new SourceAnswer<SecretValue>(new SecretValue(new Secret(reference))) { TimeToLive = Life });
        }
    }
}
