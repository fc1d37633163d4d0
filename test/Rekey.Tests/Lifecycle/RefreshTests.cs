using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class RefreshTests : LifecycleTest
{
    private static Task Down(CancellationToken cancellationToken) =>
        throw new CredentialException(CredentialErrors.SourceUnavailable("scripted", "down"));

    [Fact]
    public async Task When_the_source_is_down_the_lease_in_use_keeps_serving_and_recovery_is_automatic()
    {
        The.TimeToLive = TimeSpan.FromHours(1);
        var credential = Make();
        var first = await credential.GetAsync();
        The.OnFetch = Down;
        Time.Advance(TimeSpan.FromMinutes(50));

        Assert.Equal("SOURCE_UNAVAILABLE", ErrorOf(await credential.RefreshAsync(RefreshTrigger.Schedule)).Code);
        Assert.Same(first, await credential.GetAsync());
        Assert.Equal(CredentialPhase.Degraded, credential.Status.Phase);

        The.OnFetch = null;
        Rotate("password-2");
        Time.Advance(TimeSpan.FromSeconds(2));
        credential.RunDue();
        await Until.True(() => credential.Status.Phase is CredentialPhase.Ready);
        Assert.Equal("password-2", Value(await credential.GetAsync()));
    }

    [Fact]
    public async Task A_failed_attempt_is_followed_by_another_before_the_lease_ends()
    {
        The.TimeToLive = TimeSpan.FromMinutes(10);
        var credential = Make();
        await credential.GetAsync();
        The.OnFetch = Down;
        Time.Advance(TimeSpan.FromMinutes(8));

        await credential.RefreshAsync(RefreshTrigger.Schedule);

        Assert.True(credential.NextDue!.Value.Wall < credential.Status.ExpiresAt);
    }

    [Fact]
    public async Task A_source_that_keeps_failing_is_asked_at_a_bounded_rate()
    {
        The.TimeToLive = TimeSpan.FromHours(1);
        var credential = Make();
        await credential.GetAsync();
        The.OnFetch = Down;
        Time.Advance(TimeSpan.FromMinutes(50));
        var attempts = new List<DateTimeOffset>();
        var end = Time.GetUtcNow().AddHours(2);

        while (Time.GetUtcNow() < end)
        {
            await credential.RefreshAsync(RefreshTrigger.Schedule);
            attempts.Add(Time.GetUtcNow());
            AssertScheduled(credential);
            Time.Advance(credential.NextDue!.Value.Wall - Time.GetUtcNow());
        }

        Assert.All(attempts.Zip(attempts.Skip(1)), pair => Assert.True(pair.Second - pair.First >= RefreshPolicy.ShortestPause));
        Assert.InRange(attempts.Count, 100, 800);
    }

    [Fact]
    public async Task A_credential_that_has_already_expired_is_refused_and_the_old_one_stays()
    {
        var credential = Make();
        var first = await credential.GetAsync();
        var dead = new ScriptedAnswer(_ => new SourceAnswer<SecretValue>(new SecretValue(new Secret("password-2")))
        {
            ExpiresAt = Time.GetUtcNow().AddSeconds(-1),
        });
        var other = Make("dead", dead);

        Assert.Equal("CREDENTIAL_EXPIRED", (await Fails(async () => await other.GetAsync())).Code);
        Assert.Same(first, await credential.GetAsync());
        AssertScheduled(other);
    }

    [Fact]
    public async Task An_unchanged_value_swaps_nothing_and_is_looked_at_again_later()
    {
        var consumer = new ScriptedConsumer();
        var credential = Make();
        credential.Attach(consumer);
        var first = await credential.GetAsync();

        var result = await credential.RefreshAsync(RefreshTrigger.Manual);

        Assert.Same(first, Assert.IsType<RefreshResult.Unchanged>(result).Lease);
        Assert.Equal(["prepare 1", "commit 1"], consumer.Story);
        Assert.Equal(1, The.Verifications);
        AssertScheduled(credential);
    }

    [Fact]
    public async Task A_renewal_extends_the_same_lease_without_a_swap()
    {
        (The.TimeToLive, The.IsRenewable) = (TimeSpan.FromHours(1), true);
        var credential = Make();
        var lease = await credential.GetAsync();
        The.OnRenew = l => new SourceAnswer<SecretValue>(l.Credential) { TimeToLive = TimeSpan.FromHours(1), IsRenewable = true };
        Time.Advance(TimeSpan.FromMinutes(45));

        Assert.IsType<RefreshResult.Unchanged>(await credential.RefreshAsync(RefreshTrigger.Schedule));

        Assert.Same(lease, await credential.GetAsync());
        Assert.Equal(Time.GetUtcNow().AddHours(1), lease.Term.Expires!.Value.Wall);
        Assert.Equal(1, The.Fetches);
    }

    [Fact]
    public async Task A_renewal_that_falls_short_is_followed_by_a_replacement_at_once()
    {
        (The.TimeToLive, The.IsRenewable) = (TimeSpan.FromHours(1), true);
        var credential = Make();
        await credential.GetAsync();
        The.OnRenew = l => new SourceAnswer<SecretValue>(l.Credential) { TimeToLive = TimeSpan.FromMinutes(5), IsRenewable = true, IsTruncated = true };
        Time.Advance(TimeSpan.FromMinutes(45));
        Rotate("password-2");

        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Schedule));

        Assert.Equal("password-2", Value(await credential.GetAsync()));
    }

    [Fact]
    public async Task News_that_arrives_during_a_fetch_causes_exactly_one_more()
    {
        var credential = Make();
        await credential.GetAsync();
        var gate = new TaskCompletionSource();
        The.OnFetch = _ => gate.Task;

        var first = credential.RefreshAsync(RefreshTrigger.Rotation);
        await Until.True(() => The.Fetches == 2); // it has read the old version and is on its way back
        Rotate("password-2");
        var later = Enumerable.Range(0, 50).Select(_ => credential.RefreshAsync(RefreshTrigger.Rotation)).ToArray();
        gate.SetResult();

        Assert.IsNotType<RefreshResult.Refreshed>(await first);
        Assert.All(await Task.WhenAll(later), result => Assert.IsType<RefreshResult.Refreshed>(result));
        Assert.Equal(3, The.Fetches);
        Assert.Equal(1, The.MostFetchesAtOnce);
        Assert.Equal("password-2", Value(await credential.GetAsync()));
    }

    [Fact]
    public async Task After_an_announced_change_an_old_answer_is_asked_for_again_soon()
    {
        var credential = Make();
        await credential.GetAsync();

        await credential.RefreshAsync(RefreshTrigger.Rotation);
        Assert.True(credential.NextDue!.Value.Wall - Time.GetUtcNow() <= TimeSpan.FromSeconds(1));

        Rotate("password-2");
        Time.Advance(TimeSpan.FromSeconds(1));
        credential.RunDue();
        await Until.True(() => Value(credential.Active!) == "password-2");
    }

    [Fact]
    public async Task After_an_announced_change_that_never_comes_the_pace_is_normal_again()
    {
        var credential = Make();
        await credential.GetAsync();
        await credential.RefreshAsync(RefreshTrigger.Rotation);

        var attempts = 0;
        while (credential.NextDue!.Value.Wall - Time.GetUtcNow() < TimeSpan.FromMinutes(1))
        {
            Assert.True(++attempts < 20);
            Time.Advance(credential.NextDue!.Value.Wall - Time.GetUtcNow());
            await credential.RefreshAsync(RefreshTrigger.Schedule);
        }

        Assert.InRange(attempts, 3, 15);
    }

    [Fact]
    public async Task A_version_older_than_the_current_one_is_a_change_like_any_other()
    {
        var credential = Make();
        await credential.GetAsync();
        Rotate("password-2");
        await credential.RefreshAsync(RefreshTrigger.Manual);
        The.Rotate("password-1");

        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Manual));

        Assert.Equal("password-1", Value(await credential.GetAsync()));
    }

    [Fact]
    public async Task A_hung_source_ends_at_its_limit_and_another_credential_never_waits_for_it()
    {
        var hung = new Authority(Time) { OnFetch = static _ => new TaskCompletionSource().Task };
        var slow = Make("slow", hung.Source);
        var quick = Make("quick");

        var waiting = slow.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => hung.Fetches == 1);
        Assert.Equal("password-1", Value(await quick.GetAsync()));
        Assert.False(waiting.IsCompleted);

        Time.Advance(Policy.FetchTimeout);
        Assert.Equal("SOURCE_TIMEOUT", ErrorOf(await waiting).Code);
        AssertScheduled(slow);
        hung.OnFetch = null;
        hung.Accept("password-1");
        The.Accept("password-1");
        Assert.Equal("password-1", Value(await slow.GetAsync()));
    }

    [Fact]
    public async Task A_lease_that_arrives_after_its_time_is_given_back()
    {
        The.IssuesLeases = true;
        var gate = new TaskCompletionSource();
        The.OnFetch = _ => gate.Task;
        var credential = Make();
        var late = credential.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => The.Fetches == 1);
        Time.Advance(Policy.FetchTimeout);
        await late;

        gate.SetResult();

        await Until.True(() => The.Revoked.Count == 1);
    }

    [Fact]
    public async Task A_bug_in_a_source_surfaces_once_and_poisons_nothing()
    {
        var credential = Make();
        Plant("in-a-message");
        The.OnFetch = static _ => throw new InvalidOperationException("in-a-message");

        var error = ErrorOf(await credential.RefreshAsync(RefreshTrigger.Manual));
        Assert.Equal("INTERNAL_ERROR", error.Code);
        Observe(error.Message);

        The.OnFetch = null;
        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Manual));
    }

    [Fact]
    public async Task Refreshes_on_request_are_joined_and_paced_and_harm_nothing()
    {
        Policy = Policy with { PaceBurst = 2 };
        var credential = Make();
        var lease = await credential.GetAsync();

        var spam = Enumerable.Range(0, 200).Select(_ => credential.RefreshAsync(RefreshTrigger.Manual)).ToArray();
        await Until.Done(Task.WhenAll(spam), Time, TimeSpan.FromSeconds(1));

        Assert.InRange(The.Fetches, 2, 4);
        Assert.Same(lease, await credential.GetAsync());
        var before = Time.GetUtcNow();
        for (var i = 0; i < 5; i++)
            await Until.Done(credential.RefreshAsync(RefreshTrigger.Manual), Time, TimeSpan.FromMilliseconds(500));
        Assert.True(Time.GetUtcNow() - before > TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Refreshes_on_request_that_each_make_a_new_login_are_paced_although_each_is_news()
    {
        (Policy, The.IssuesLeases) = (Policy with { PaceBurst = 2 }, true);
        var credential = Make();
        await credential.GetAsync();
        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Manual));

        Assert.Null(credential.TryRefresh(RefreshTrigger.Manual, out var wait));
        Assert.Equal(Policy.PaceInterval, wait);
        Assert.Equal(2, The.Fetches);
    }

    [Fact]
    public async Task A_failure_that_only_a_human_can_mend_stops_the_schedule_until_someone_asks()
    {
        var credential = Make();
        The.OnFetch = static _ => throw new CredentialException(CredentialErrors.SignInNotAvailable("orders"));

        await Fails(async () => await credential.GetAsync());
        Assert.Null(credential.NextDue);
        Assert.Equal(CredentialPhase.NeedsUserAction, credential.Status.Phase);
        var fetches = The.Fetches;
        await Fails(async () => await credential.GetAsync());
        Assert.Equal(fetches, The.Fetches);

        The.OnFetch = null;
        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Manual));
        Assert.Equal(CredentialPhase.Ready, credential.Status.Phase);
    }

    [Fact]
    public async Task What_the_authority_asks_to_wait_is_waited()
    {
        var credential = Make();
        The.OnFetch = static _ => throw new CredentialException(
            CredentialErrors.SourceUnavailable("scripted", "busy") with { RetryAfter = TimeSpan.FromMinutes(3) });

        await credential.RefreshAsync(RefreshTrigger.Schedule);

        Assert.True(credential.NextDue!.Value.Wall - Time.GetUtcNow() >= TimeSpan.FromMinutes(3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"password\": \"cut off in the mid")]
    [InlineData("{\"other\": 1}")]
    [InlineData("[1, 2]")]
    public async Task Content_that_cannot_be_used_is_rejected_by_name_and_the_active_lease_is_untouched(string garbage)
    {
        var content = "{\"password\": \"password-1\"}";
        var documents = new Texts(() => content);
        var credential = Make("documents", new ReadingSource<SecretValue>(documents, d => SecretValueReader.Read(d, "password", documents.Reference)));
        var first = await credential.GetAsync();
        content = garbage;

        var error = ErrorOf(await credential.RefreshAsync(RefreshTrigger.Rotation));

        Assert.Contains(error.Code, new[] { "SECRET_INVALID", "SOURCE_UNAVAILABLE" });
        Observe(error.Message);
        Assert.Same(first, await credential.GetAsync());
        AssertScheduled(credential);
    }

    [Fact]
    public async Task Two_credentials_of_one_source_keep_their_own_leases_and_a_name_is_taken_once()
    {
        var registry = new CredentialRegistry();
        var (one, two) = (Make("one"), Make("two", new Authority(Time) { Current = "password-1" }.Source));
        registry.Add(one);
        registry.Add(two);

        Assert.Throws<ArgumentException>(() => registry.Add(Make("one")));
        await one.GetAsync();
        one.Reject(one.Active!);
        Assert.Equal("password-1", Value(await two.GetAsync()));
        Assert.False(two.Active!.IsRejected);
        Assert.NotSame(one.Active, two.Active);
    }

    [Fact]
    public async Task What_is_due_next_is_told_when_nothing_is_under_way_any_more()
    {
        var credential = Make();
        var told = new List<bool>();
        credential.DueChanged += () => told.Add(credential.IsRefreshing);

        await credential.RefreshAsync(RefreshTrigger.Manual);
        The.OnFetch = Down;
        await credential.RefreshAsync(RefreshTrigger.Manual);

        Assert.Equal(2, told.Count(static isRefreshing => !isRefreshing));
        Assert.False(told[^1]);
    }

    private sealed class Texts(Func<string> content) : CredentialSource<SecretDocument>
    {
        public override string Reference => "scripted://text";

        public override ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken) =>
            new(new SourceAnswer<SecretDocument>(SecretDocument.FromText(new Secret(content()))));
    }

    private sealed class ScriptedAnswer(Func<FetchRequest<SecretValue>, SourceAnswer<SecretValue>> answer) : CredentialSource<SecretValue>
    {
        public override string Reference => "scripted://answer";

        public override ValueTask<SourceAnswer<SecretValue>> FetchAsync(FetchRequest<SecretValue> request, CancellationToken cancellationToken) =>
            new(answer(request));
    }
}
