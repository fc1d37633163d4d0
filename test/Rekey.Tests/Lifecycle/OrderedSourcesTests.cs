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

    private sealed class Scripted(string reference) : CredentialSource<SecretValue>
    {
        public override string Reference => reference;

        public CredentialError? Error { get; set; }

        public int Fetches { get; private set; }

        public override ValueTask<SourceAnswer<SecretValue>> FetchAsync(FetchRequest<SecretValue> request, CancellationToken cancellationToken)
        {
            Fetches++;
            return Error is { } error
                ? throw new CredentialException(error)
                : new(new SourceAnswer<SecretValue>(new SecretValue(new Secret(reference))));
        }
    }
}
