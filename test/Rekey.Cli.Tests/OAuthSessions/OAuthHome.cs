using Rekey.Cli.Tests.Processes;
using Rekey.Testing.OAuth;

namespace Rekey.Cli.Tests.OAuthSessions;

/// <summary>A user's home with the credential <c>work</c> before an authorization server on loopback.</summary>
internal sealed class OAuthHome : IAsyncDisposable
{
    public const string Name = "work";

    private readonly OAuthClientEntry _client;

    public OAuthHome(UserHome home, Func<string, string> plant)
    {
        (Home, Server) = (home, new OAuthServer(TimeProvider.System, plant));
        _client = Server.AddClient();
        Home.Variables["WORK_SECRET"] = _client.Secret!;
        Home.Configure($$"""{ "credentials": { "{{Name}}": { {{Credential}} } } }""");
    }

    public UserHome Home { get; }

    public OAuthServer Server { get; }

    /// <summary>How often the token endpoint was asked.</summary>
    public int Exchanges => Server.Calls(OAuthServer.TokenPath);

    /// <summary>The body of a credential that is refreshed with a token.</summary>
    public string Credential => $$"""
        "kind": "oauth", "issuer": "{{Server.Issuer}}", "clientId": "{{_client.Id}}", "clientAuth": "basic",
        "from": { "refresh_token": "env://WORK_REFRESH", "client_secret": "env://WORK_SECRET" }
        """;

    /// <summary>Somebody has consented, and put the refresh token into the environment of the server.</summary>
    public OAuthFamily Consent()
    {
        var granted = Server.Book.Consented(_client.Id);
        Home.Variables["WORK_REFRESH"] = granted.RefreshToken!;
        return granted.Family;
    }

    /// <summary>Makes it a credential for which a human signs in with a code.</summary>
    public void ConfigureDevice()
    {
        Server.Book.Interval = 1;
        Home.Configure($$"""
            { "credentials": { "{{Name}}": {
                "kind": "oauth", "grant": "device_code", "issuer": "{{Server.Issuer}}", "clientId": "{{_client.Id}}", "clientAuth": "basic",
                "from": { "client_secret": "env://WORK_SECRET" } } } }
            """);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
