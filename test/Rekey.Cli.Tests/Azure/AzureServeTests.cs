using System.Text.Json.Nodes;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Azure;
using Rekey.Testing.Http;

namespace Rekey.Cli.Tests.Azure;

/// <summary>
/// The executables before a Key Vault and a sign-in of Azure under their true names: what is published is trimmed, and the SDK has never been
/// seen there otherwise.
/// </summary>
public sealed class AzureServeTests : SessionProcessTest
{
    private const string SignInHost = "login.microsoftonline.com";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_secret_is_read_with_the_identity_of_the_environment_and_its_next_version_is_noticed(bool isPublished)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "Only on Linux is an authority named by SSL_CERT_FILE.");
        var token = Plant("the-access-token-for-the-vault");
        await using var vault = new KeyVaultServer(token);
        await using var signIn = SignIn(vault, token);
        await using var front = new TlsFront(signIn.Address, vault.Authority.Issue(SignInHost));
        await using var proxy = new ConnectProxy(new Dictionary<string, Uri> { [vault.Host] = vault.Front, [SignInHost] = front.Address });
        vault.Secrets.Put("stripe", Plant("first-key-of-stripe"));
        var home = NewHome();
        home.Variables["SSL_CERT_FILE"] = home.Write("authority.pem", vault.Authority.Pem);
        home.Variables["HTTPS_PROXY"] = proxy.Address.AbsoluteUri;
        home.Variables["AZURE_TENANT_ID"] = vault.Tenant;
        home.Variables["AZURE_CLIENT_ID"] = "the-client-of-the-agent";
        home.Variables["AZURE_CLIENT_SECRET"] = Planted("the-secret-of-the-client");
        home.Configure($$"""{ "credentials": { "stripe": { "kind": "value", "from": "azure-kv://{{vault.Name}}/stripe" } } }""");
        var server = await ServeAsync(home, isPublished ? PublishedFile.Path : BuiltExecutable.Path);

        var first = await UntilAsync(() => ListedAsync(server, "stripe"), static listed => Text(listed, "phase") == "ready");
        vault.Secrets.Put("stripe", Plant("second-key-of-stripe"));
        await server.CallAsync("refresh_secret", new { });
        var second = await ListedAsync(server, "stripe");

        Assert.NotEqual(Text(first, "fingerprint"), Text(second, "fingerprint"));
        Assert.NotNull(Text(second, "fingerprint"));
        Assert.Empty(proxy.Strangers);
    }

    // What the platform of identities of Microsoft answers to a client that shows its secret.
    private static LoopbackHttpServer SignIn(KeyVaultServer vault, Secret token) => new((call, _) => Task.FromResult(call.Path switch
    {
        "/common/discovery/instance" => Json(new JsonObject
        {
            ["tenant_discovery_endpoint"] = $"https://{SignInHost}/{vault.Tenant}/v2.0/.well-known/openid-configuration",
            ["api-version"] = "1.1",
            ["metadata"] = new JsonArray(new JsonObject
            {
                ["preferred_network"] = SignInHost,
                ["preferred_cache"] = "login.windows.net",
                ["aliases"] = new JsonArray(SignInHost),
            }),
        }),
        var path when path == $"/{vault.Tenant}/oauth2/v2.0/token" && call.Form["client_secret"] == "the-secret-of-the-client" => Json(new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = 3599,
            ["ext_expires_in"] = 3599,
            ["access_token"] = token.Reveal(),
        }),
        _ => new HttpReply(400, """{ "error": "invalid_request" }"""),
    }));

    private static HttpReply Json(JsonObject body) => new(200, body.ToJsonString());
}
