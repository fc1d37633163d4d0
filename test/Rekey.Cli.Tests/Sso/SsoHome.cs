using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing;
using Rekey.Testing.Aws;
using Rekey.Testing.Sso;

namespace Rekey.Cli.Tests.Sso;

/// <summary>
/// A user's home with the profile <c>work</c> on the session <c>corp</c>, before an Identity Center and an account of AWS on loopback.
/// There is no display: left to itself, a sign-in uses a code.
/// </summary>
internal sealed partial class SsoHome : IAsyncDisposable
{
    public const string StartUrl = "https://d-1234567890.awsapps.com/start";

    public const string Corp = $"""
        [sso-session corp]
        sso_start_url = {StartUrl}
        sso_region = eu-central-1
        sso_registration_scopes = sso:account:access

        """;

    public const string Work = """
        [profile work]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Dev
        region = eu-central-1

        """;

    /// <summary>A second session with a profile of its own.</summary>
    public const string Other = """
        [sso-session other]
        sso_start_url = https://other.awsapps.com/start
        sso_region = eu-central-1
        [profile other]
        sso_session = other

        """;

    public SsoHome(Func<string, string> plant)
    {
        Server = new SsoServer(TimeProvider.System, plant) { Account = Account };
        SecretsManager = new SecretsManagerServer(Account);
        Sts = new StsServer(Account);
        Variables["AWS_ENDPOINT_URL_SSO_OIDC"] = Server.Address.AbsoluteUri;
        Variables["AWS_ENDPOINT_URL_SSO"] = Server.Address.AbsoluteUri;
        Variables["AWS_ENDPOINT_URL_STS"] = Sts.Address.AbsoluteUri;
        Variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = SecretsManager.Address.AbsoluteUri;
        Variables["AWS_EC2_METADATA_DISABLED"] = "true";
        WriteConfig(Corp + Work);
    }

    public UserHome Home { get; } = new();

    public Dictionary<string, string> Variables => Home.Variables;

    public AwsAccount Account { get; } = new();

    public SsoServer Server { get; }

    public SecretsManagerServer SecretsManager { get; }

    public StsServer Sts { get; }

    /// <summary>Where every tool of AWS looks for the token of the session <c>corp</c>: the name's SHA-1.</summary>
    public string TokenFile => InCache("ee0bfd2552fbd840c02cc48b6e823320543c450f.json");

    /// <summary>The same for the session <c>other</c>.</summary>
    public string OtherTokenFile => InCache("d0941e68da8f38151ff86a61fc59f7c5cf9fcaa2.json");

    public void WriteConfig(string text) => Home.Write(".aws/config", text);

    /// <summary>One credential of the configuration: the session, with settings of its own.</summary>
    public void ConfigureSession(string settings = """ "signIn": "auto" """) =>
        Home.Configure($$"""{ "credentials": { "work": { "kind": "aws-sso", "profile": "work", {{settings}} } } }""");

    /// <summary>Somebody signed in earlier; this much of the token's life is left.</summary>
    public SsoGrant SignedIn(TimeSpan left)
    {
        var grant = Server.Book.SignedIn(left > TimeSpan.Zero ? left : null);
        Home.Write(Path.GetRelativePath(Home.Path, TokenFile), new JsonObject
        {
            ["startUrl"] = StartUrl,
            ["region"] = Account.Region,
            ["accessToken"] = grant.AccessToken,
            ["expiresAt"] = Text(TimeProvider.System.GetUtcNow() + left),
            ["clientId"] = grant.Client.Id,
            ["clientSecret"] = grant.Client.ClientSecret,
            ["registrationExpiresAt"] = Text(grant.Client.ExpiresAt),
            ["refreshToken"] = grant.RefreshToken,
        }.ToJsonString());
        return grant;
    }

    /// <summary>Somebody signed in so long ago that only a new sign-in helps.</summary>
    public void SessionEnded()
    {
        SignedIn(TimeSpan.FromHours(-9));
        Server.Book.EndSession();
    }

    /// <summary>The access token in the cache.</summary>
    public string Token => (string)JsonNode.Parse(File.ReadAllText(TokenFile))!["accessToken"]!;

    /// <summary>A command for BROWSER; it gets the page as <c>$1</c>.</summary>
    public void UseBrowser(string command)
    {
        var script = Home.Write("browser.sh", $"#!/bin/sh\n{command}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Variables["BROWSER"] = script;
    }

    /// <summary>A browser whose human agrees to everything.</summary>
    public void UseBrowser() => UseBrowser($"exec node '{Path.Combine(Repository.Root, "test", "clients", "browser.mjs")}' \"$1\"");

    /// <summary>The human reads a line that some tool prints, and enters the code if it is one.</summary>
    public void Confirm(string line)
    {
        if (Code().Match(line) is { Success: true } code)
            Server.Human.Decide(code.Value);
    }

    /// <summary>Runs a command of ours to its end.</summary>
    public Task<Finished> RunAsync(params string[] arguments) => ChildProcess.RunAsync(BuiltExecutable.Path, [.. arguments, "--log-level", "trace"], Home.Environment);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await SecretsManager.DisposeAsync();
        await Sts.DisposeAsync();
        Home.Dispose();
    }

    private string InCache(string name) => Path.Combine(Home.Path, ".aws", "sso", "cache", name);

    [GeneratedRegex("FAKE-[0-9]{4}$")]
    private static partial Regex Code();

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
