using System.Text.Json.Nodes;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Vault;
using Rekey.Vault;

namespace Rekey.Tests.Vault;

/// <summary>How one comes by a token, and what becomes of it.</summary>
public sealed class LoginTests : VaultTest
{
    private const string UnwrapPath = "/v1/sys/wrapping/unwrap";

    private static Func<CancellationToken, Task<SourceAnswer<SecretDocument>>> Holds(string text) =>
        ScriptedDocuments.Answers(SecretDocument.FromText(new Secret(text)));

    private ScriptedDocuments Wrapped(string? wrapping = null) => Document(
        "file:///run/secrets/wrapped", wrapping ?? Server.Tokens.Wrap(new JsonObject { ["secret_id"] = SecretIdText, ["secret_id_accessor"] = "accessor" }));

    [Fact]
    public async Task AppRole_shows_role_id_and_secret_id_and_lives_as_long_as_Vault_says()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromMinutes(20) };

        var lease = await Token.GetAsync();

        Assert.NotNull(Server.Tokens.Find(lease.Credential.Value.Reveal()));
        Assert.Equal(Time.GetUtcNow().AddMinutes(20), lease.Term.Expires!.Value.Wall);
        Assert.True(lease.Term.IsRenewable && lease.IsVerified);
    }

    [Fact]
    public async Task Everything_that_a_login_shows_or_gets_is_known_as_a_secret_before_it_is_used()
    {
        var wrapped = Wrapped();
        var (wrapping, token) = ("", "");
        Server.Script(UnwrapPath, call =>
        {
            Assert.True(Knows(wrapping = call.Header("X-Vault-Token")!));
            return Task.FromResult(new HttpReply(200, new JsonObject { ["data"] = new JsonObject { ["secret_id"] = SecretIdText } }.ToJsonString()));
        });
        Server.Script(VaultServer.AppRolePath, _ =>
        {
            Assert.True(Knows(SecretIdText));
            return Task.FromResult(new HttpReply(403));
        });
        Server.Script(VaultServer.LookUpPath, call =>
        {
            Assert.True(Knows(token = call.Header("X-Vault-Token")!));
            return Task.FromResult(new HttpReply(403));
        });

        await FailureAsync(async () => await LogIn(AppRole with { SecretId = wrapped, IsWrapped = true }).GetAsync());
        await FailureAsync(async () => await LogIn(new GivenTokenAuth(Document("env://VAULT_TOKEN", "a-token-that-was-given"))).GetAsync());

        Assert.NotEmpty(wrapping);
        Assert.NotEmpty(token);
        Assert.True(Knows((await Token.GetAsync()).Credential.Value.Reveal()));
    }

    [Fact]
    public async Task A_wrapped_secret_id_is_opened_once_and_serves_later_logins_too()
    {
        var token = LogIn(AppRole with { SecretId = Wrapped(), IsWrapped = true });
        await token.GetAsync();

        await token.RefreshAsync(RefreshTrigger.Manual);

        Assert.Equal(2, Server.Tokens.LogIns);
        Assert.Equal(1, Server.Count(UnwrapPath));
    }

    [Fact]
    public async Task A_wrapping_token_that_somebody_else_has_opened_is_told_and_needs_a_human_until_a_new_one_is_delivered()
    {
        var wrapped = Wrapped("hvs.wrapping-of-somebody-else");
        var token = LogIn(AppRole with { SecretId = wrapped, IsWrapped = true });
        token.BeginWatching();

        var error = await FailureAsync(async () => await token.GetAsync());
        Assert.Equal(("VAULT_WRAPPING_USED", FailureKind.NeedsUser), (error.Code, error.Kind));
        Assert.Equal(CredentialPhase.NeedsUserAction, token.Status.Phase);

        wrapped.OnFetch = Holds(Server.Tokens.Wrap(new JsonObject { ["secret_id"] = SecretIdText }));
        wrapped.Announce();

        await Until.True(() => token.Status.Phase is CredentialPhase.Ready);
    }

    [Fact]
    public async Task A_secret_id_that_is_not_accepted_is_read_anew_when_it_changes()
    {
        SecretId.OnFetch = Holds("a-secret-id-of-yesterday");
        Token.BeginWatching();
        var error = await FailureAsync(async () => await Token.GetAsync());
        Assert.Equal("VAULT_LOGIN_REFUSED", error.Code);

        SecretId.OnFetch = Holds(SecretIdText);
        SecretId.Announce();

        await Until.True(() => Token.Status.Phase is CredentialPhase.Ready);
    }

    [Fact]
    public async Task A_secret_id_that_changes_while_the_token_is_good_makes_nothing_new()
    {
        Token.BeginWatching();
        var lease = await Token.GetAsync();

        SecretId.Announce();
        await Until.True(() => Server.Count(VaultServer.LookUpPath) > 0 && !Token.IsRefreshing);

        Assert.Same(lease, Token.Active);
        Assert.Equal(1, Server.Tokens.LogIns);
    }

    [Fact]
    public async Task A_session_that_the_secret_id_is_read_with_revives_the_token_and_its_renewal_makes_nothing_new()
    {
        var sessions = Document("sso://session", "the-first-session");
        sessions.OnFetch = ScriptedDocuments.Throws(CredentialErrors.SignInNotAvailable("session"));
        var session = Alone(sessions, "session");
        var token = LogIn(parent: session);
        var error = await FailureAsync(async () => await token.GetAsync());
        Assert.Equal((FailureKind.NeedsUser, "session"), (error.Kind, error.Parent));

        sessions.OnFetch = Holds("the-first-session");
        await session.RefreshAsync(RefreshTrigger.SignIn);
        await Until.True(() => token.Status.Phase is CredentialPhase.Ready && !token.IsRefreshing);
        var lease = token.Active;
        sessions.OnFetch = Holds("the-second-session");
        await session.RefreshAsync(RefreshTrigger.Manual);
        await Until.True(() => Server.Tokens.LookUps == 1 && !token.IsRefreshing);

        Assert.Same(lease, token.Active);
        Assert.Equal(1, Server.Tokens.LogIns);
    }

    [Theory]
    [InlineData("kubernetes")]
    [InlineData("jwt")]
    public async Task A_JSON_web_token_is_read_anew_for_each_login(string mount)
    {
        var jwt = Document($"file://{JwtAuth.KubernetesPath}", "the-first-projected-token");
        var expected = "the-first-projected-token";
        Server.Tokens.AddJwtRole("agent", shown => shown == expected);
        var token = LogIn(new JwtAuth { Role = "agent", Jwt = jwt, Mount = mount });
        await token.GetAsync();

        expected = Plant("the-second-projected-token").Reveal();
        jwt.OnFetch = Holds(expected);
        Assert.IsType<RefreshResult.Refreshed>(await token.RefreshAsync(RefreshTrigger.Manual));

        Assert.Equal(2, Server.Tokens.LogIns);
        Assert.True(Knows(expected));
    }

    [Fact]
    public async Task A_given_token_is_looked_up_and_lives_as_long_as_it_has_left()
    {
        var given = Server.Tokens.Create(TimeSpan.FromHours(2));
        Time.Advance(TimeSpan.FromMinutes(30));
        var token = LogIn(new GivenTokenAuth(Document("env://VAULT_TOKEN", given.Id)));

        var lease = await token.GetAsync();

        Assert.Equal(Time.GetUtcNow().AddMinutes(90), lease.Term.Expires!.Value.Wall);
        Assert.Equal(0, Server.Tokens.Renewals);
        Assert.False(new VaultTokenSource(Options, new GivenTokenAuth(SecretId)).CanRevoke);
    }

    [Fact]
    public async Task A_given_token_that_is_near_its_end_is_extended_by_a_whole_life_at_once()
    {
        var given = Server.Tokens.Create(TimeSpan.FromHours(2));
        Time.Advance(TimeSpan.FromMinutes(119.9));
        var token = LogIn(new GivenTokenAuth(Document("env://VAULT_TOKEN", given.Id)));

        Assert.Equal(Time.GetUtcNow().AddHours(2), (await token.GetAsync()).Term.Expires!.Value.Wall);
    }

    [Fact]
    public async Task A_given_token_at_its_longest_life_is_told_extended_no_more_and_ends()
    {
        var given = Server.Tokens.Create(TimeSpan.FromHours(1), new VaultTokenRole { MaxTimeToLive = TimeSpan.FromHours(3) });
        var token = LogIn(new GivenTokenAuth(Document("env://VAULT_TOKEN", given.Id)));
        await token.GetAsync();
        Assert.Null(token.Status.Warning);
        var end = Time.GetUtcNow() + TimeSpan.FromHours(3);

        while (token.Status.Failures == 0)
        {
            Assert.True(token.Status.ExpiresAt <= end, $"ends at {token.Status.ExpiresAt}");
            await PassToNextAsync(token);
        }

        Assert.Equal(("VAULT_TOKEN_REFUSED", "VAULT_TOKEN_ENDS"), (token.Status.LastError!.Code, token.Status.Warning!.Code));
        Assert.InRange(end - Time.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(Server.Tokens.Renewals, 1, 5);
        Assert.InRange(Server.Tokens.LookUps, 1, 20);
    }

    [Fact]
    public async Task A_root_token_never_ends()
    {
        var token = LogIn(new GivenTokenAuth(Document("env://VAULT_TOKEN", Server.Tokens.Create().Id)));

        var lease = await token.GetAsync();

        Assert.Null(lease.Term.Expires);
        await PassToNextAsync(token);
        Assert.Same(lease, token.Active);
    }

    [Fact]
    public async Task A_token_file_that_changes_is_taken_up_and_one_that_does_not_is_read_without_asking_Vault()
    {
        var file = Document("file:///run/secrets/token", Server.Tokens.Create(TimeSpan.FromHours(1)).Id);
        var token = LogIn(new GivenTokenAuth(file));
        var before = await token.GetAsync();
        var asked = Server.Calls.Count;
        for (var i = 0; i < 20; i++)
            await token.RefreshAsync(RefreshTrigger.Schedule);
        Assert.Equal(asked, Server.Calls.Count);

        var newer = Server.Tokens.Create(TimeSpan.FromHours(1)).Id;
        file.OnFetch = Holds(newer + "\n");
        await token.RefreshAsync(RefreshTrigger.Schedule);

        Assert.Equal(newer, token.Active!.Credential.Value.Reveal());
        Assert.NotSame(before, token.Active);
        await Until.True(() => before.Released.IsCompleted);
        Assert.Equal(0, Server.Tokens.SelfRevoked);
    }

    [Fact]
    public async Task A_given_token_that_Vault_does_not_accept_is_named_by_the_place_it_came_from()
    {
        var token = LogIn(new GivenTokenAuth(Document("env://VAULT_TOKEN", "hvs.of-another-vault")));

        var error = await FailureAsync(async () => await token.GetAsync());

        Assert.Equal(("VAULT_TOKEN_REFUSED", FailureKind.Refused), (error.Code, error.Kind));
        Assert.Contains("env://VAULT_TOKEN", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("two words")]
    [InlineData("tök-en")]
    public async Task What_can_be_no_token_is_never_sent(string text)
    {
        var token = LogIn(new GivenTokenAuth(Document("env://VAULT_TOKEN", text + " \n")));

        await FailureAsync(async () => await token.GetAsync());

        Assert.Empty(Server.Calls);
    }

    [Fact]
    public async Task A_batch_token_is_replaced_in_time_and_never_extended_or_revoked()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromMinutes(10), IsBatch = true };
        var before = await Token.GetAsync();

        await PassToNextAsync(Token);

        Assert.NotSame(before, Token.Active);
        await Until.True(() => before.Released.IsCompleted);
        Assert.Equal((2, 0, 0), (Server.Tokens.LogIns, Server.Tokens.Renewals, Server.Tokens.SelfRevoked));
    }

    [Fact]
    public async Task A_token_of_our_own_is_extended_until_its_longest_life_is_near_and_then_replaced_and_revoked()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromMinutes(10), MaxTimeToLive = TimeSpan.FromMinutes(25) };
        var before = await Token.GetAsync();

        await PassToNextAsync(Token);
        await PassToNextAsync(Token);
        Assert.Same(before, Token.Active);
        await PassToNextAsync(Token);

        Assert.NotSame(before, Token.Active);
        await Until.True(() => Server.Tokens.SelfRevoked == 1);
        Assert.Null(Server.Tokens.Find(before.Credential.Value.Reveal()));
        Assert.Equal(0, Token.Status.Failures);
    }

    [Fact]
    public async Task At_the_end_a_token_of_our_own_is_revoked()
    {
        await Token.GetAsync();

        await Until.Done(Token.DisposeAsync().AsTask());

        Assert.Empty(Server.Tokens.Active);
    }

    [Fact]
    public async Task Health_asks_Vault_whether_the_token_is_good()
    {
        await Token.GetAsync();
        Assert.Equal(Verification.Accepted, await Token.ProbeAsync());

        Server.Mode = VaultServer.Sealed;
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("VAULT_SEALED", (await Token.ProbeAsync())!.Error!.Code);

        Server.Mode = null;
        await Server.RevokeAsync(Server.Tokens.Active[0]);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(VerificationOutcome.Refused, (await Token.ProbeAsync())!.Outcome);
    }
}
