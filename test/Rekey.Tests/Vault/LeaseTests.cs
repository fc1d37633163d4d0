using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Vault;

namespace Rekey.Tests.Vault;

/// <summary>The life of a lease, and of a login whose password changes.</summary>
public sealed class LeaseTests : VaultTest
{
    private const string Path = "database/creds/readonly";
    private const string Api = "/v1/" + Path;

    public LeaseTests() => Role = new VaultTokenRole { TimeToLive = TimeSpan.FromDays(32) };

    [Fact]
    public async Task A_lease_is_extended_by_the_life_that_it_had_at_first()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var lease = await credential.GetAsync();

        for (var i = 0; i < 10; i++)
            await PassToNextAsync(credential);

        Assert.Same(lease, credential.Active);
        Assert.Equal((1, 10), (Server.Leases.Issued, Server.Leases.Renewed));
        Assert.All(Server.Calls.Where(static c => c.Path == VaultServer.RenewPath), static c => Assert.Contains("\"increment\":3600", c.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_an_extension_falls_short_the_next_lease_is_there_while_a_quarter_of_the_old_one_is_left()
    {
        AddRole(TimeSpan.FromHours(1), longest: TimeSpan.FromHours(2));
        var credential = Keep(Path);
        var first = await credential.GetAsync();

        while (credential.Active == first)
            await PassToNextAsync(credential);

        var left = Server.Leases.Active.Where(lease => lease.Id == first.LeaseId).Select(lease => lease.Ends - Time.GetUtcNow()).DefaultIfEmpty(first.Term.Remaining(Time)!.Value).First();
        Assert.True(left >= TimeSpan.FromMinutes(15), $"{left} were left");
        Assert.Equal(2, Server.Leases.Issued);
        await Until.True(() => Server.Leases.Revoked == 1);
    }

    [Fact]
    public async Task An_extension_with_a_warning_that_falls_short_by_little_is_the_last_one()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var first = await credential.GetAsync();
        Server.Leases.Cut = 0.95;

        await PassToNextAsync(credential);

        Assert.NotSame(first, credential.Active);
    }

    [Fact]
    public async Task A_warning_alone_takes_nothing_away()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var first = await credential.GetAsync();
        Server.Change(VaultServer.RenewPath, static body => body["warnings"] = new System.Text.Json.Nodes.JsonArray("this endpoint is deprecated"));

        await PassToNextAsync(credential);

        Assert.Same(first, credential.Active);
    }

    [Fact]
    public async Task A_lease_that_Vault_no_longer_knows_is_replaced_at_once_by_one_fetch()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var first = await credential.GetAsync();
        await Server.Leases.ExpireAsync(Server.Leases.Active[0]);

        await PassToNextAsync(credential);

        Assert.NotSame(first, credential.Active);
        Assert.Equal((2, 0), (Server.Leases.Issued, credential.Status.Failures));
    }

    [Fact]
    public async Task An_extension_that_says_it_was_the_last_is_followed_by_a_new_lease()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var first = await credential.GetAsync();
        Server.Change(VaultServer.RenewPath, static body => body["renewable"] = false);

        await PassToNextAsync(credential);

        Assert.NotSame(first, credential.Active);
    }

    [Fact]
    public async Task An_extension_by_no_time_at_all_is_no_end_that_goes_away()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var first = await credential.GetAsync();
        var end = first.Term.Expires;
        Server.Change(VaultServer.RenewPath, static body =>
        {
            body["lease_duration"] = 0;
            body["warnings"] = new System.Text.Json.Nodes.JsonArray("TTL value is capped accordingly");
        });

        await PassToNextAsync(credential);

        Assert.NotSame(first, credential.Active);
        Assert.Equal(end!.Value.Wall, first.Term.Expires!.Value.Wall);
    }

    [Fact]
    public async Task A_lease_that_is_not_renewable_is_replaced_in_time()
    {
        AddRole(TimeSpan.FromHours(1)).IsRenewable = false;
        var credential = Keep(Path);
        var first = await credential.GetAsync();

        await PassToNextAsync(credential);

        Assert.NotSame(first, credential.Active);
        Assert.True(first.Term.Remaining(Time) > TimeSpan.FromMinutes(5));
        Assert.Equal(0, Server.Leases.Renewed);
    }

    [Fact]
    public async Task A_token_that_may_not_extend_leases_gets_new_ones_instead()
    {
        Role = Role with { Allows = static path => path != "sys/leases/renew" };
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var first = await credential.GetAsync();

        await PassToNextAsync(credential);

        Assert.NotSame(first, credential.Active);
        Assert.Equal((1, 0), (Server.Tokens.LogIns, credential.Status.Failures));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("null")]
    [InlineData("\"soon\"")]
    [InlineData("1e999")]
    [InlineData("2592000")] // 30 days: more than a timer of 31 bits holds
    [InlineData("8640000")] // 100 days: more than one of 32 bits holds
    [InlineData("1e15")]
    public async Task Whatever_a_life_is_said_to_be_nothing_is_asked_too_often(string duration)
    {
        AddRole(TimeSpan.FromHours(1)).IsRenewable = false;
        Server.ChangeAll = (path, body) =>
        {
            if (path == Api)
                body["lease_duration"] = System.Text.Json.Nodes.JsonNode.Parse(duration);
        };
        var credential = Keep(Path);
        await credential.GetAsync();
        await IdleAsync();

        Assert.True(credential.NextDue!.Value.Wall - Time.GetUtcNow() >= TimeSpan.FromMinutes(4), $"next at {credential.NextDue}");
        Assert.Equal(1, Server.Leases.Issued);
    }

    [Fact]
    public async Task A_life_of_less_than_a_second_is_one_of_a_second()
    {
        AddRole(TimeSpan.FromHours(1));
        Server.ChangeAll = static (path, body) =>
        {
            if (path is Api or VaultServer.RenewPath)
                body["lease_duration"] = 0.001;
        };
        var credential = Keep(Path);
        await credential.GetAsync();
        var began = Time.GetUtcNow();

        for (var i = 0; i < 20; i++)
            await PassToNextAsync(credential);

        Assert.True(Time.GetUtcNow() - began >= TimeSpan.FromSeconds(20 * 0.47));
    }

    [Fact]
    public async Task A_life_of_five_seconds_is_extended_in_its_middle_and_asks_little()
    {
        AddRole(TimeSpan.FromSeconds(5));
        var credential = Keep(Path);
        await credential.GetAsync();
        var began = Time.GetUtcNow();

        for (var i = 0; i < 100; i++)
            await PassToNextAsync(credential);

        Assert.Equal((1, 0), (Server.Leases.Issued, credential.Status.Failures));
        Assert.True(Server.Leases.Renewed <= 1 + ((Time.GetUtcNow() - began) / TimeSpan.FromSeconds(2.3)));
    }

    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_asked_for_again_and_the_lost_one_ends_by_its_time()
    {
        AddRole(TimeSpan.FromHours(1));
        Server.Break(Api, WireFault.Truncated);
        var credential = Keep(Path);

        Assert.Equal("SOURCE_UNAVAILABLE", (await FailureAsync(async () => await credential.GetAsync())).Code);
        await PassToNextAsync(credential);

        Assert.Equal((2, 2), (Server.Leases.Issued, Server.Leases.Active.Count));
        Time.Advance(TimeSpan.FromMinutes(59.9));
        await credential.RefreshAsync(RefreshTrigger.Schedule);
        Time.Advance(TimeSpan.FromMinutes(1));
        await Server.SweepAsync();
        Assert.Equal((1, 1), (Server.Leases.Active.Count, Server.Leases.Expired));
    }

    [Fact]
    public async Task A_connection_that_closes_without_a_byte_may_cost_a_lease_and_no_failure()
    {
        AddRole(TimeSpan.FromHours(1));
        await Token.GetAsync(); // the client asks again by itself on a connection that it had used before
        Server.Break(Api, WireFault.LostReply);

        var lease = await Keep(Path).GetAsync(); // made late: a new token makes those that stand on it fetch by themselves

        Assert.Equal((2, 2), (Server.Leases.Issued, Server.Leases.Active.Count));
        Assert.Contains(Server.Leases.Active, entry => entry.Id == lease.LeaseId);
    }

    [Fact]
    public async Task At_the_end_the_lease_is_revoked_before_the_token()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        await credential.GetAsync();

        await Until.Done(credential.DisposeAsync().AsTask());
        Assert.Equal((1, 0), (Server.Leases.Revoked, Server.Tokens.SelfRevoked));
        await Until.Done(Token.DisposeAsync().AsTask());

        Assert.Equal((1, 0, 0), (Server.Tokens.SelfRevoked, Server.Leases.Expired, Server.Leases.Active.Count));
    }

    [Fact]
    public async Task A_lease_as_one_part_of_a_document_lives_ends_and_is_given_back_like_one_alone()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromMinutes(10) };
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(WithHost(Source(Path), Document("env://HOST", "db.internal.example")));

        var lease = await credential.GetAsync();
        Assert.Equal((Token.Active, Token.Active!.Term.Expires), (lease.Parent, lease.Term.Expires)); // no longer than its token
        await PassToNextAsync(Token);
        await PassToNextAsync(credential);
        Assert.Same(lease, credential.Active);
        Assert.Equal((1, 1), (Server.Leases.Issued, Server.Leases.Renewed));

        await Token.RefreshAsync(RefreshTrigger.Manual);
        await credential.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => Server.Tokens.SelfRevoked == 1 && credential.Status.Draining == 0); // the old token only after its lease
        Assert.Equal((0, 1), (Server.Leases.Expired, Server.Leases.Active.Count));

        await Until.Done(credential.DisposeAsync().AsTask());
        Assert.Equal((credential.Status.Issued, 0), (Server.Leases.Revoked, Server.Leases.Active.Count));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task What_is_polled_beside_a_lease_neither_extends_nor_replaces_it(bool isOrdered, bool isRenewable)
    {
        AddRole(TimeSpan.FromHours(1)).IsRenewable = isRenewable;
        var file = Document("file:///run/config/host", "db.internal.example", every: TimeSpan.FromSeconds(5));
        var credential = Keep(isOrdered ? new OrderedSources<SecretDocument>([Source(Path), file]) : WithHost(Source(Path), file));
        await credential.GetAsync();
        await IdleAsync();
        var due = credential.Active!.Term.Due.Wall;

        for (var i = 0; i < 100 && credential.NextDue!.Value.Wall < due; i++)
            await PassToNextAsync(credential);

        Assert.Equal((1, 0, 0), (Server.Leases.Issued, Server.Leases.Renewed, credential.Status.Failures));
    }

    [Fact]
    public async Task A_part_beside_a_lease_that_changes_is_noticed_and_the_lease_that_is_replaced_is_given_back()
    {
        AddRole(TimeSpan.FromHours(1));
        var file = Document("file:///run/config/host", "db.internal.example", every: TimeSpan.FromSeconds(5));
        var credential = Keep(WithHost(Source(Path), file));
        await credential.GetAsync();
        file.OnFetch = ScriptedDocuments.Answers(SecretDocument.FromText(Plant("other.internal.example")));

        await PassToNextAsync(credential);
        await Until.True(() => Server.Leases.Revoked == 1);

        Assert.Equal("other.internal.example", credential.Active!.Credential.Field("host")?.Reveal());
        Assert.Equal((2, 1), (Server.Leases.Issued, Server.Leases.Active.Count));
    }

    [Fact]
    public async Task A_lease_that_could_not_be_ended_is_not_told_as_revoked()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        await credential.GetAsync();
        Server.Mode = VaultServer.Sealed;
        Token.Reject(Token.Active!);

        await Until.Done(credential.DisposeAsync().AsTask());

        Assert.DoesNotContain(Events.Latest("orders", 10), static e => e.Kind is CredentialEventKind.Revoked);
        Assert.Equal(0, Server.Leases.Revoked);
    }

    [Fact]
    public async Task Nothing_is_issued_after_the_end_has_begun()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        await credential.GetAsync();
        Server.Break(Api, WireFault.Hang);
        var refresh = credential.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => Server.Leases.Issued == 2);

        await Until.Done(credential.DisposeAsync().AsTask());
        await refresh;
        Assert.IsType<RefreshResult.Failed>(await credential.RefreshAsync(RefreshTrigger.Manual));
        await Until.Done(Token.DisposeAsync().AsTask());

        // The one whose answer never came ends with the token that it was issued under.
        Assert.Equal((2, 1, 1, 0), (Server.Leases.Issued, Server.Leases.Revoked, Server.Leases.Expired, Server.Leases.Active.Count));
    }

    [Fact]
    public async Task A_login_that_was_not_given_back_is_not_met_again_after_a_restart()
    {
        AddRole(TimeSpan.FromHours(1));
        var crashed = Keep(Path, name: "before the crash");
        await crashed.GetAsync();

        var credential = Keep(Path);

        Assert.NotEqual(PasswordOf(crashed.Active!), PasswordOf(await credential.GetAsync()));
        Time.Advance(TimeSpan.FromMinutes(61));
        await Server.SweepAsync();
        Assert.Equal(2, Server.Leases.Expired);
    }

    [Fact]
    public async Task A_password_that_Vault_changes_is_looked_at_a_second_after_its_change_and_has_no_end()
    {
        Server.Leases.Add(new VaultStaticRole { Name = "app", UserName = "app", Period = TimeSpan.FromHours(24) });
        Time.Advance(TimeSpan.FromHours(20));
        var credential = Keep("database/static-creds/app");
        var first = await credential.GetAsync();
        await IdleAsync();

        Assert.Equal(Time.GetUtcNow() + TimeSpan.FromSeconds((4 * 3600) + 1), credential.NextDue!.Value.Wall);
        Assert.Null(first.Term.Expires);
        Assert.True(first.Credential.TryGetFields(out var fields));
        Assert.Equal(["password", "username"], fields.Keys.Order());

        await PassToNextAsync(credential);

        Assert.NotEqual(PasswordOf(first), PasswordOf(credential.Active!));
        Assert.Equal(2, Server.Count("/v1/database/static-creds/app"));
    }

    [Fact]
    public async Task A_password_that_could_not_be_looked_at_stays_in_use()
    {
        Server.Leases.Add(new VaultStaticRole { Name = "app", UserName = "app", Period = TimeSpan.FromHours(1) });
        var credential = Keep("database/static-creds/app");
        var first = await credential.GetAsync();
        await IdleAsync();
        Server.Mode = VaultServer.Sealed;

        await PassToNextAsync(credential);
        Time.Advance(TimeSpan.FromHours(12));

        Assert.Same(first, await credential.GetAsync());
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(-7, 5)]
    [InlineData(1, 2)]
    [InlineData(null, 270)]
    public async Task A_change_that_is_overdue_or_that_nobody_names_makes_no_storm(int? ttl, int seconds)
    {
        Server.Leases.Add(new VaultStaticRole { Name = "app", UserName = "app", Period = TimeSpan.FromHours(1) });
        Server.ChangeAll = (path, body) =>
        {
            if (path == "/v1/database/static-creds/app")
                body["data"]!["ttl"] = ttl;
        };
        var credential = Keep("database/static-creds/app");
        await credential.GetAsync();
        await IdleAsync();

        Assert.True(credential.NextDue!.Value.Wall - Time.GetUtcNow() >= TimeSpan.FromSeconds(seconds));
    }
}
