using System.Text.Json.Nodes;
using Rekey.Aws.Profiles;
using Rekey.Aws.Sso;
using Rekey.Testing.Http;

namespace Rekey.Aws.Tests.Sso;

public sealed class SignOutTests : SsoTest
{
    private const string Config = "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n";
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Signing_out_of_one_session_ends_it_at_the_portal_and_deletes_its_token_and_the_roles_made_from_it()
    {
        var grant = SignedIn(Hour);
        var other = Put(Server.Book.SignedIn(), path: Path.Combine(Files.SsoCache, "0000000000000000000000000000000000000000.json"));
        var role = Role("ecc1e3c8d4fe9b118d11b9cfe1c4a2a4f4a548ae", "sso");
        var otherRole = Role("1111111111111111111111111111111111111111", "sso");

        await Source().SignOutAsync(Configuration(), CancellationToken.None);

        Assert.False(Server.Book.Accepts(grant.AccessToken));
        Assert.True(Server.Book.Accepts(other.AccessToken));
        Assert.Equal((false, false, true), (File.Exists(TokenFile), File.Exists(role), File.Exists(otherRole)));
        Assert.Equal("AWS_SSO_SIGN_IN_REQUIRED", (await FailsAsync(() => FetchAsync(Source()))).Code);
    }

    [Fact]
    public async Task A_portal_that_does_not_answer_keeps_no_token_here()
    {
        SignedIn(Hour);
        Server.Answer("/logout", new HttpReply(500) { Fault = WireFault.Reset });

        await Source().SignOutAsync(Configuration(), CancellationToken.None);

        Assert.False(File.Exists(TokenFile));
    }

    [Fact]
    public async Task Signing_out_where_nobody_is_signed_in_does_nothing()
    {
        await Source().SignOutAsync(Configuration(), CancellationToken.None);

        Assert.Equal(0, Server.Calls("/logout"));
    }

    [Fact]
    public async Task Signing_out_of_all_sessions_leaves_registrations_and_what_belongs_to_other_tools()
    {
        var one = SignedIn(Hour);
        var two = Put(Server.Book.SignedIn(), path: Path.Combine(Files.SsoCache, "0000000000000000000000000000000000000000.json"));
        var kept = new[]
        {
            Write("kiro-auth-token.json", new JsonObject { ["accessToken"] = "x", ["expiresAt"] = "2026-01-01T00:00:00Z" }),
            Write("registration.json", new JsonObject { ["clientId"] = "x" }),
            Write("torn.json", null),
            Role("2222222222222222222222222222222222222222", "assume-role"),
        };
        var role = Role("1111111111111111111111111111111111111111", "sso");

        var ended = await new SsoSignOut(Options.Files, Options.Environment, Options.Http) { Secrets = Options.Secrets, Logger = Options.Logger, Time = Options.Time }.AllAsync(Configuration(), CancellationToken.None);

        Assert.Equal(2, ended);
        Assert.All([one, two], grant => Assert.False(Server.Book.Accepts(grant.AccessToken)));
        Assert.All(kept, file => Assert.True(File.Exists(file), file));
        Assert.Equal((false, false), (File.Exists(TokenFile), File.Exists(role)));
    }

    [Fact]
    public async Task A_linked_token_is_deleted_where_it_really_is()
    {
        var place = Path.Combine(Home, "dotfiles", "token.json");
        Put(Server.Book.SignedIn(), path: place);
        Directory.CreateDirectory(Files.SsoCache);
        File.CreateSymbolicLink(TokenFile, place);

        await Source().SignOutAsync(Configuration(), CancellationToken.None);

        Assert.Equal((false, false), (File.Exists(TokenFile), File.Exists(place)));
    }

    private AwsConfiguration Configuration()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Home, ".aws")).FullName, "config"), Config);
        return AwsConfiguration.Read(Files);
    }

    private string Write(string name, JsonObject? content)
    {
        var path = Path.Combine(Files.SsoCache, name);
        File.WriteAllText(path, content?.ToJsonString() ?? "{");
        return path;
    }

    private string Role(string key, string provider)
    {
        Directory.CreateDirectory(Files.CliCache);
        var path = Path.Combine(Files.CliCache, key + ".json");
        File.WriteAllText(path, new JsonObject { ["ProviderType"] = provider }.ToJsonString());
        return path;
    }
}
