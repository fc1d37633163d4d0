namespace Rekey.Testing;

/// <summary>
/// What every source promises. A source arranges each <see cref="Situation"/>, or declares under <see cref="Impossible"/> why its
/// authority is never in it; nothing is left out in silence.
/// </summary>
/// <typeparam name="TCredential">What the source delivers.</typeparam>
public abstract class CredentialSourceContract<TCredential> : LeakCheckedTest
    where TCredential : class, ICredential
{
    // Ends a broken test; it times nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Puts the authority in the situation. Where it has any content at all, <paramref name="value"/> is in it. Null when impossible.</summary>
    protected abstract Arrangement<TCredential>? Arrange(Situation situation, Secret value);

    /// <summary>The situations that this source cannot meet, each with the reason.</summary>
    protected abstract IReadOnlyDictionary<Situation, string> Impossible { get; }

    /// <summary>The value that <see cref="Arrange"/> planted, as the source delivered it.</summary>
    protected abstract Secret ValueIn(TCredential credential);

    /// <summary>What a failure must be. A source with codes of its own, or another meaning of a situation, says so here.</summary>
    protected virtual (FailureKind Kind, string Code) FailureIn(Situation situation) => situation switch
    {
        Situation.Missing or Situation.Unreachable or Situation.Empty => (FailureKind.Unavailable, "SOURCE_UNAVAILABLE"),
        Situation.Forbidden => (FailureKind.Refused, "SOURCE_REFUSED"),
        Situation.Garbage => (FailureKind.Invalid, "SECRET_INVALID"),
        Situation.Oversized => (FailureKind.Invalid, "SECRET_TOO_LARGE"),
        _ => throw new ArgumentOutOfRangeException(nameof(situation)),
    };

    [Fact]
    public void Every_situation_is_either_arranged_or_declared_impossible_with_a_reason() =>
        Assert.All(Enum.GetValues<Situation>(), situation =>
        {
            var isDeclared = Impossible.TryGetValue(situation, out var reason);
            Assert.Equal(isDeclared, Arrange(situation, Plant("value-of-a-declaration")) is null);
            Assert.Equal(isDeclared, !string.IsNullOrWhiteSpace(reason));
        });

    [Fact]
    public async Task It_returns_what_the_authority_has()
    {
        var value = Plant("value-that-is-present");

        var answer = await FetchAsync(Arranged(Situation.Present, value).Source);

        Assert.Equal(value.Reveal(), ValueIn(answer.Credential).Reveal());
    }

    [Fact]
    public async Task It_returns_the_newer_value_after_a_change_or_says_that_it_cannot_rotate()
    {
        var arrangement = Arranged(Situation.Present, Plant("value-before-the-change"));
        await FetchAsync(arrangement.Source);

        Assert.Equal(arrangement.Source.CanRotate, arrangement.Change is not null);
        if (arrangement.Change is null)
            return;
        var newer = Plant("value-after-the-change");
        await arrangement.Change(newer);
        var answer = await FetchAsync(arrangement.Source);

        Assert.Equal(newer.Reveal(), ValueIn(answer.Credential).Reveal());
    }

    [Theory]
    [InlineData(Situation.Missing)]
    [InlineData(Situation.Unreachable)]
    [InlineData(Situation.Forbidden)]
    [InlineData(Situation.Empty)]
    [InlineData(Situation.Garbage)]
    [InlineData(Situation.Oversized)]
    public async Task A_failure_has_its_kind_and_its_code_and_repeats_no_content(Situation situation)
    {
        if (Arrange(situation, Plant($"value-in-{situation}-content")) is not { } arrangement)
        {
            Assert.Contains(situation, Impossible);
            return;
        }

        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => FetchAsync(arrangement.Source))).Error;

        Observe(error.ToString());
        Assert.Equal(FailureIn(situation), (error.Kind, error.Code));
        Assert.False(string.IsNullOrWhiteSpace(error.NextStep));
    }

    [Fact]
    public async Task It_recovers_when_what_was_missing_appears()
    {
        var arrangement = Arranged(Situation.Missing, default);
        await Assert.ThrowsAsync<CredentialException>(() => FetchAsync(arrangement.Source));

        if (arrangement.Change is null)
        {
            Assert.False(arrangement.Source.CanRotate);
            return;
        }
        var value = Plant("value-that-appeared");
        await arrangement.Change(value);

        Assert.Equal(value.Reveal(), ValueIn((await FetchAsync(arrangement.Source)).Credential).Reveal());
    }

    [Fact]
    public async Task A_credential_whose_life_is_over_never_becomes_a_lease()
    {
        if (Arrange(Situation.Expired, Plant("value-that-has-expired")) is not { } arrangement)
        {
            Assert.Contains(Situation.Expired, Impossible);
            return;
        }
        await using var credential = new ManagedCredential<TCredential>(new CredentialOptions<TCredential>
        {
            Name = "contract",
            Kind = "contract",
            Source = arrangement.Source,
            Logger = Logger,
        });

        var result = await credential.RefreshAsync(RefreshTrigger.Manual).WaitAsync(Patience);

        Assert.IsType<RefreshResult.Failed>(result);
        Assert.Null(credential.Active);
        Observe(credential.Status.ToString());
    }

    [Fact]
    public async Task A_hang_ends_through_the_token()
    {
        if (Arrange(Situation.Hanging, Plant("value-behind-a-hang")) is not { } arrangement)
        {
            Assert.Contains(Situation.Hanging, Impossible);
            return;
        }
        using var cancel = new CancellationTokenSource();
        var fetch = FetchAsync(arrangement.Source, cancel.Token);
        Assert.False(fetch.IsCompleted);

        await cancel.CancelAsync();

        Observe(await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch));
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_ends_the_fetch_at_once()
    {
        var source = Arranged(Situation.Present, Plant("value-nobody-waits-for")).Source;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(source, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Concurrent_fetches_are_independent()
    {
        var value = Plant("value-for-everybody");
        var source = Arranged(Situation.Present, value).Source;
        using var impatience = new CancellationTokenSource();

        var impatient = FetchAsync(source, impatience.Token);
        var others = Enumerable.Range(0, 8).Select(_ => FetchAsync(source)).ToArray();
        await impatience.CancelAsync();

        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(value.Reveal(), ValueIn(answer.Credential).Reveal()));
        await ((Task)impatient).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Fact]
    public void Its_reference_names_it_and_carries_no_secret()
    {
        var source = Arranged(Situation.Present, Plant("value-behind-a-reference")).Source;

        Assert.NotEmpty(Observe(source.Reference));
        Observe(source.ToString()!);
    }

    [Fact]
    public void A_watch_can_be_disposed_twice()
    {
        var source = Arranged(Situation.Present, Plant("value-that-is-watched")).Source;

        var watch = source.Watch(static () => { });
        watch?.Dispose();
        watch?.Dispose();

        Assert.True(watch is null || source.CanRotate);
    }

    private Arrangement<TCredential> Arranged(Situation situation, Secret value) =>
        Arrange(situation, value) ?? throw new InvalidOperationException($"Every source can be arranged as {situation}.");

    private static async Task<SourceAnswer<TCredential>> FetchAsync(CredentialSource<TCredential> source, CancellationToken cancellationToken = default) =>
        await source.FetchAsync(new FetchRequest<TCredential>(RefreshTrigger.Demand, null), cancellationToken).AsTask().WaitAsync(Patience, CancellationToken.None);
}
