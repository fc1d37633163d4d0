using Rekey.Testing;
using Rekey.Testing.Vault;
using Rekey.Vault;

namespace Rekey.Tests.Vault;

/// <summary>What the token's life means for everything that is read with it.</summary>
public sealed class TokenLifeTests : VaultTest
{
    private const string Path = "database/creds/readonly";

    private VaultTokenEntry TokenInUse => Server.Tokens.Find(Token.Active!.Credential.Value.Reveal())!;

    [Fact]
    public async Task A_lease_ends_with_its_token_and_a_key_value_does_not()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromMinutes(20) };
        AddRole(TimeSpan.FromHours(1));
        Server.KeyValues.Put("github", Fields("token", "the-first"));

        var (lease, value) = (await Keep(Path).GetAsync(), await Keep("secret/github", name: "github").GetAsync());

        Assert.Equal(Token.Active!.Term.Expires, lease.Term.Expires);
        Assert.Same(Token.Active, lease.Parent);
        Assert.Equal((null, null), (value.Term.Expires, value.Parent));
    }

    [Fact]
    public async Task A_lease_under_a_short_token_is_still_extended_by_its_own_life()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromMinutes(20) };
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var lease = await credential.GetAsync();
        await IdleAsync();

        await PassToNextAsync(Token);
        await PassToNextAsync(credential);

        Assert.Same(lease, credential.Active);
        Assert.Equal(Token.Active!.Term.Expires!.Value.Wall, lease.Term.Expires!.Value.Wall);
        Assert.Contains("\"increment\":3600", Server.Calls.Last(static c => c.Path == VaultServer.RenewPath).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_token_is_extended_and_the_lease_is_not_the_lease_ends_first()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromHours(10) };
        AddRole(TimeSpan.FromMinutes(10), longest: TimeSpan.FromMinutes(10));
        var credential = Keep(Path);
        var first = await credential.GetAsync();
        await IdleAsync();

        await PassToNextAsync(credential);

        Assert.NotSame(first, credential.Active);
        Assert.Equal((1, 2), (Server.Tokens.LogIns, Server.Leases.Issued));
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_noticed_by_a_reading_and_everything_is_issued_anew_once()
    {
        AddRole(TimeSpan.FromHours(1));
        AddRole(TimeSpan.FromHours(1), name: "readwrite");
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        var (one, other, value) = (Keep(Path), Keep("database/creds/readwrite", name: "other"), Keep("secret/github", name: "github"));
        var (first, second, kept) = (await one.GetAsync(), await other.GetAsync(), await value.GetAsync());
        await IdleAsync();

        await Server.RevokeAsync(TokenInUse);
        await one.RefreshAsync(RefreshTrigger.Rejection);
        await Until.True(() => other.Active != second);
        await IdleAsync();

        Assert.True(first.IsRejected && second.IsRejected);
        Assert.Same(kept, value.Active);
        Assert.Equal(2, Server.Tokens.LogIns);
        Assert.Equal((4, 2), (Server.Leases.Issued, Server.Leases.Active.Count));
        Assert.All([one, other], credential => Assert.Same(Token.Active, credential.Active!.Parent));
        Assert.Equal(0, one.Status.Failures + other.Status.Failures + Token.Status.Failures);
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_noticed_by_an_extension_too()
    {
        AddRole(TimeSpan.FromHours(1));
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromDays(1) };
        var credential = Keep(Path);
        var first = await credential.GetAsync();
        await IdleAsync();
        await Server.RevokeAsync(TokenInUse);

        await PassToNextAsync(credential);
        await Until.True(() => credential.Active != first);
        await IdleAsync();

        Assert.Equal((2, 2, 1), (Server.Tokens.LogIns, Server.Leases.Issued, Server.Leases.Active.Count));
    }

    [Fact]
    public async Task A_token_whose_longest_life_is_near_takes_its_leases_along_and_they_are_replaced_before()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromMinutes(10), MaxTimeToLive = TimeSpan.FromMinutes(15) };
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var (first, token) = (await credential.GetAsync(), Token.Active!);
        await IdleAsync();

        while (Token.Active == token)
            await PassToNextAsync(Token);
        await Until.True(() => credential.Active != first);
        await IdleAsync();
        await Until.True(() => Server.Leases.Revoked == 1 && Server.Tokens.SelfRevoked == 1);

        Assert.Equal((2, 0, 1), (Server.Leases.Issued, Server.Leases.Expired, Server.Leases.Active.Count));
        Assert.Same(Token.Active, credential.Active!.Parent);
    }

    [Fact]
    public async Task A_lease_that_somebody_still_uses_keeps_its_token_from_being_revoked()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        var first = await credential.GetAsync();
        Assert.True(first.TryHold(out var query));
        await IdleAsync();

        await Token.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => credential.Active != first);
        await IdleAsync();
        Assert.Equal((0, 0), (Server.Leases.Revoked, Server.Tokens.SelfRevoked));
        query!.Dispose();

        await Until.True(() => Server.Leases.Revoked == 1 && Server.Tokens.SelfRevoked == 1);
    }

    [Fact]
    public async Task While_no_new_token_can_be_had_the_children_say_whose_fault_it_is()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        await credential.GetAsync();
        await IdleAsync();
        Server.Tokens.AddAppRole(RoleId, "another-secret-id");
        await Server.RevokeAsync(TokenInUse);

        var result = await credential.RefreshAsync(RefreshTrigger.Manual);

        var error = Assert.IsType<RefreshResult.Failed>(result).Error;
        Assert.Equal(("VAULT_LOGIN_REFUSED", "vault"), (error.Code, error.Parent));
        Observe(error.ToString());
    }

    [Fact]
    public async Task A_refusal_that_is_the_policys_leaves_the_token_alone()
    {
        Role = new VaultTokenRole { Allows = static path => path != Path };
        AddRole(TimeSpan.FromHours(1));
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        await Keep("secret/github", name: "github").GetAsync();

        Assert.Equal("SOURCE_REFUSED", (await FailureAsync(Source(Path, VaultEngine.Database))).Code);

        Assert.False(Token.Active!.IsRejected);
        Assert.Equal(1, Server.Tokens.LogIns);
    }

    [Fact]
    public async Task A_token_without_the_default_policy_causes_one_login_more_and_no_storm_of_them()
    {
        Role = new VaultTokenRole { Allows = static path => path != "auth/token/lookup-self" && path != Path };
        AddRole(TimeSpan.FromHours(1));
        var source = Source(Path, VaultEngine.Database);

        for (var i = 0; i < 10; i++)
            Assert.Equal("SOURCE_REFUSED", (await FailureAsync(source)).Code);

        Assert.Equal(2, Server.Tokens.LogIns);
    }

    [Fact]
    public async Task A_token_that_is_lost_before_its_first_reading_does_not_keep_a_later_loss_from_being_noticed()
    {
        AddRole(TimeSpan.FromHours(1));
        var source = Source(Path, VaultEngine.Database);
        await FetchAsync(source);
        await Server.RevokeAsync(TokenInUse);
        Server.Change(VaultServer.AppRolePath, body => body["auth"]!["client_token"] = Plant("hvs.lost-before-its-first-reading").Reveal());
        Assert.Equal("SOURCE_REFUSED", (await FailureAsync(source)).Code);
        Assert.Equal("SOURCE_REFUSED", (await FailureAsync(source)).Code);
        Assert.Equal(2, Server.Tokens.LogIns); // and no storm of them

        await Token.RefreshAsync(RefreshTrigger.Manual);
        await FetchAsync(source);
        await Server.RevokeAsync(TokenInUse);
        Assert.Equal("SOURCE_REFUSED", (await FailureAsync(source)).Code); // a login for this reason was only just
        Time.Advance(TimeSpan.FromMinutes(5));

        Assert.NotNull((await FetchAsync(source)).LeaseId);
        Assert.Equal(4, Server.Tokens.LogIns);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("auth/token/lookup-self", false)]
    public async Task A_policy_that_is_withdrawn_ends_a_key_value_where_Vault_says_that_the_token_is_good(string neverAllowed, bool ends)
    {
        var isAllowed = true;
        Role = new VaultTokenRole { Allows = path => path != neverAllowed && (isAllowed || path != "secret/data/github") };
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        var credential = Keep("secret/github");
        await credential.GetAsync();
        isAllowed = false;

        for (var i = 0; i < 2; i++)
        {
            var failed = Assert.IsType<RefreshResult.Failed>(await credential.RefreshAsync(RefreshTrigger.Manual));
            Assert.Equal("SOURCE_REFUSED", failed.Error.Code);
        }

        Assert.Equal(ends ? Time.GetUtcNow() + Policy.RevocationLatency : null, credential.Status.ExpiresAt);
    }

    [Fact]
    public async Task A_policy_that_is_withdrawn_leaves_a_lease_to_its_own_end()
    {
        var isAllowed = true;
        Role = new VaultTokenRole { Allows = path => isAllowed || path != Path, TimeToLive = TimeSpan.FromDays(1) };
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep(Path);
        await credential.GetAsync();
        isAllowed = false;

        Assert.IsType<RefreshResult.Failed>(await credential.RefreshAsync(RefreshTrigger.Manual));

        Assert.Equal(Time.GetUtcNow() + TimeSpan.FromHours(1), credential.Status.ExpiresAt);
    }

    [Fact]
    public async Task A_given_token_that_ended_is_taken_up_again_when_a_new_one_is_put_in_its_place()
    {
        AddRole(TimeSpan.FromHours(1));
        var file = Document("file:///run/secrets/token", Server.Tokens.Create(TimeSpan.FromHours(1)).Id);
        var token = LogIn(new GivenTokenAuth(file));
        token.BeginWatching();
        var source = new VaultSource(Path, token, Options);
        await FetchAsync(source);
        await Server.RevokeAsync(TokenOf(token));
        Assert.Equal("VAULT_TOKEN_REFUSED", (await FailureAsync(source)).Code);

        var newer = Server.Tokens.Create(TimeSpan.FromHours(1)).Id;
        file.OnFetch = ScriptedDocuments.Answers(SecretDocument.FromText(new Secret(newer)));
        file.Announce();
        await Until.True(() => token.Active!.Credential.Value.Reveal() == newer && !token.IsRefreshing);

        Assert.NotNull((await FetchAsync(source)).LeaseId);
    }

    [Fact]
    public async Task A_new_token_makes_a_key_value_be_read_once()
    {
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        var credential = Keep("secret/github");
        await credential.GetAsync();
        await IdleAsync();

        await Token.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => Server.Count("/v1/secret/data/github") == 2);
        await IdleAsync();

        Assert.True(credential.NextDue!.Value.Wall - Time.GetUtcNow() >= TimeSpan.FromMinutes(4), $"next at {credential.NextDue}");
    }

    [Fact]
    public void One_of_several_sources_hears_of_the_token_itself()
    {
        var source = new VaultSource(Path, Token, Options) { AnnouncesParent = true };
        var heard = 0;
        using (source.Watch(() => heard++))
            Assert.NotNull(Token.GetAsync().AsTask().GetAwaiter().GetResult());

        Assert.Equal(1, heard);
        Assert.Null(Source(Path).Watch(static () => { }));
    }

    private VaultTokenEntry TokenOf(ManagedCredential<VaultToken> token) => Server.Tokens.Find(token.Active!.Credential.Value.Reveal())!;
}
