using Rekey.Environment;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Sources;

public sealed class ComposedSourceTests : LeakCheckedTest
{
    [Fact]
    public async Task A_source_is_asked_once_for_all_its_fields_so_that_a_pair_never_tears()
    {
        var rotation = 0;
        var login = new ScriptedDocuments();
        login.OnFetch = _ =>
        {
            rotation++;
            return Task.FromResult(new SourceAnswer<SecretDocument>(SecretDocument.FromFields(
                [new("user", new Secret($"user-{rotation}")), new("pass", Plant($"password-{rotation}"))])));
        };
        var source = Composed(("username", login, "user"), ("password", login, "pass"));

        for (var i = 1; i <= 100; i++)
        {
            var document = (await FetchAsync(source)).Credential;
            Assert.Equal(($"user-{i}", $"password-{i}"), (document.Field("username")?.Reveal(), document.Field("password")?.Reveal()));
        }
        Assert.Equal(100, login.Fetches);
    }

    [Fact]
    public async Task Everything_that_is_missing_is_named_by_its_part()
    {
        var text = new ScriptedDocuments("scripted://text") { OnFetch = ScriptedDocuments.Answers(SecretDocument.FromText(Plant("no-json-at-all"))) };
        var fields = new ScriptedDocuments("scripted://fields") { OnFetch = ScriptedDocuments.Answers(SecretDocument.FromFields([new("a", new Secret("one")), new("b", default)])) };

        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => FetchAsync(Composed(
            ("token", text, "token"), ("cookie", fields, "cookie"), ("empty", fields, "b"), ("whole", fields, null))))).Error;

        Assert.Equal(("SECRET_INVALID", FailureKind.Invalid), (error.Code, error.Kind));
        Assert.Contains("token: not found, because the content is no JSON object; cookie: missing; empty: empty; whole: made of fields", error.Message);
    }

    [Fact]
    public async Task Of_several_ends_the_first_counts()
    {
        var end = DateTimeOffset.UnixEpoch.AddYears(100);
        var source = Composed(
            ("a", Ending(TimeSpan.FromHours(2), end.AddHours(1)), null), ("b", Ending(TimeSpan.FromHours(1), end), null), ("c", Ending(TimeSpan.Zero, null), null));

        var answer = await FetchAsync(source);

        Assert.Equal((TimeSpan.FromHours(1), end, null), (answer.TimeToLive, answer.ExpiresAt, answer.LeaseId));
    }

    [Fact]
    public async Task The_lease_of_one_part_is_that_of_the_whole()
    {
        var (login, host) = (Issuing(TimeSpan.FromHours(1), null), Text("db.internal"));
        var source = Composed(("password", login, null), ("host", host, null));
        var answer = await FetchAsync(source);
        Assert.Equal(("lease/1", true, TimeSpan.FromHours(1)), (answer.LeaseId, answer.IsRenewable, answer.TimeToLive));
        var lease = Lease<SecretDocument>.Unpublished(answer, source.Reference);

        Assert.Equal("db.internal", (await source.RenewAsync(lease, TestContext.Current.CancellationToken))!.Credential.Field("host")?.Reveal());
        await source.RevokeAsync(lease, TestContext.Current.CancellationToken);

        Assert.Equal("lease/1", Assert.Single(login.Revoked!).LeaseId);
    }

    [Fact]
    public async Task A_lease_is_not_extended_past_the_end_of_another_part()
    {
        var source = Composed(("password", Issuing(TimeSpan.FromHours(1), null), null), ("token", Ending(TimeSpan.FromHours(2), null), null));

        Assert.False((await FetchAsync(source)).IsRenewable);
    }

    [Fact]
    public async Task What_one_part_has_issued_is_given_back_when_another_one_fails()
    {
        var login = Issuing(TimeSpan.FromHours(1), null);
        var missing = new ScriptedDocuments("scripted://missing") { OnFetch = ScriptedDocuments.Throws(CredentialErrors.SourceUnavailable("scripted://missing", "nothing")) };
        var incomplete = new ScriptedDocuments("scripted://incomplete") { OnFetch = ScriptedDocuments.Answers(SecretDocument.FromFields([new("a", new Secret("one"))])) };

        foreach (var (other, code) in new[] { (missing, "SOURCE_UNAVAILABLE"), (incomplete, "SECRET_INVALID") })
        {
            var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => FetchAsync(Composed(("password", login, null), ("host", other, "host"))))).Error;
            Assert.Equal(code, error.Code);
        }

        Assert.Equal((2, 2), (login.Fetches, login.Revoked!.Count));
    }

    [Fact]
    public async Task Two_leases_are_refused_and_both_given_back()
    {
        var (one, other) = (Issuing(TimeSpan.FromHours(1), null), Issuing(TimeSpan.FromHours(1), null));

        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => FetchAsync(Composed(("user", one, null), ("password", other, null))))).Error;

        Assert.Equal("SOURCE_REFUSED", error.Code);
        Assert.Equal((1, 1), (one.Revoked!.Count, other.Revoked!.Count));
    }

    [Fact]
    public async Task Parts_of_one_source_keep_its_lease()
    {
        var login = Issuing(TimeSpan.FromHours(1), null);
        var source = Composed(("token", login, null), ("copy", login, null));
        var time = new ManualTimeProvider();
        var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "login",
            Kind = "value",
            Source = source,
            Logger = Logger,
            Time = time,
        });
        var lease = await credential.GetAsync(TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromMinutes(45));

        Assert.IsType<RefreshResult.Unchanged>(await credential.RefreshAsync(RefreshTrigger.Schedule, TestContext.Current.CancellationToken));
        await credential.DisposeAsync();

        Assert.Equal("lease/1", lease.LeaseId);
        Assert.Equal("lease/1", Assert.Single(login.Revoked!).LeaseId);
        Assert.Equal(1, login.Fetches);
    }

    [Fact]
    public void Its_reference_says_what_comes_from_where()
    {
        var source = Composed(("token", new ScriptedDocuments("env://TOKEN"), null), ("cookie", new ScriptedDocuments("vault://kv/slack"), "d"));

        Assert.Equal("token: env://TOKEN, cookie: vault://kv/slack#d", source.Reference);
    }

    [Fact]
    public void Each_source_is_watched_once()
    {
        var (one, other) = (new ScriptedDocuments(), new ScriptedDocuments());
        var announced = 0;
        var source = Composed(("a", one, "a"), ("b", one, "b"), ("c", other, null));

        using (source.Watch(() => announced++))
        {
            one.Announce();
            other.Announce();
        }

        Assert.Equal(2, announced);
        Assert.Equal((0, 0), (one.Watchers, other.Watchers));
    }

    [Fact]
    public void Failures_are_followed_quickly_only_where_nobody_far_away_is_asked()
    {
        CredentialSource<SecretDocument> file = new FileSource("/run/secrets/login", new ManualTimeProvider());
        CredentialSource<SecretDocument> variable = new EnvironmentSource("LOGIN", new FakeEnvironment());
        var far = new ScriptedDocuments();

        Assert.Equal(TimeSpan.FromSeconds(5), Composed(("username", variable, null), ("password", file, null)).RetryInterval);
        Assert.Null(Composed(("username", far, null), ("password", file, null)).RetryInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), new OrderedSources<SecretDocument>([file, variable]).RetryInterval);
        Assert.Null(new OrderedSources<SecretDocument>([file, far]).RetryInterval);
    }

    private static ScriptedDocuments Text(string text) =>
        new("scripted://text") { OnFetch = ScriptedDocuments.Answers(SecretDocument.FromText(new Secret(text))) };

    private ScriptedDocuments Ending(TimeSpan life, DateTimeOffset? end)
    {
        var answer = new SourceAnswer<SecretDocument>(SecretDocument.FromText(Plant("value-with-an-end"))) { TimeToLive = life, ExpiresAt = end };
        return new ScriptedDocuments("scripted://ending") { OnFetch = _ => Task.FromResult(answer) };
    }

    private ScriptedDocuments Issuing(TimeSpan life, DateTimeOffset? end)
    {
        var answer = new SourceAnswer<SecretDocument>(SecretDocument.FromText(Plant("value-with-a-lease")))
        {
            LeaseId = "lease/1",
            TimeToLive = life,
            ExpiresAt = end,
            IsRenewable = true,
        };
        return new ScriptedDocuments
        {
            OnFetch = _ => Task.FromResult(answer),
            OnRenew = _ => answer,
            Revoked = new(),
        };
    }

    private static ComposedSource Composed(params (string Name, CredentialSource<SecretDocument> Source, string? Field)[] parts) =>
        new(parts.ToDictionary(static part => part.Name, static part => (part.Source, part.Field)));

    private static async Task<SourceAnswer<SecretDocument>> FetchAsync(ComposedSource source) =>
        await source.FetchAsync(new(RefreshTrigger.Demand, null), TestContext.Current.CancellationToken);
}
