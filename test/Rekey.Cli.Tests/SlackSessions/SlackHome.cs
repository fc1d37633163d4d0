using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Slack;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>A user's home with the credential <c>slack</c> before a Slack on loopback.</summary>
internal sealed class SlackHome : IAsyncDisposable
{
    public const string Name = "slack";

    /// <summary>Refreshed when somebody asks, and never by itself.</summary>
    public const string OnRequest = """ "workspace": "acme", "autoRefresh": false """;

    public SlackHome(UserHome home, Func<string, string> plant)
    {
        (Home, Server) = (home, new SlackServer(plant: plant));
        Configure(OnRequest);
    }

    public UserHome Home { get; }

    public SlackServer Server { get; }

    public SlackBook Book => Server.Book;

    /// <summary>How often the page of the workspace was opened.</summary>
    public int Openings => Server.Calls(SlackServer.Page);

    /// <summary>The token that was shown to Slack last.</summary>
    public string? ShownToken => Server.Last[SlackServer.AuthTest].Header("Authorization")?["Bearer ".Length..];

    /// <summary>A human signs in with a browser, and puts token and cookie into the environment of the server.</summary>
    public SlackBrowserSession SignIn()
    {
        var session = Book.SignIn();
        Home.Variables["ACME_TOKEN"] = session.Token;
        Home.Variables["ACME_COOKIE"] = session.RawCookie;
        return session;
    }

    /// <summary>Writes the configuration with these settings of the credential.</summary>
    public void Configure(string settings, string root = "", string more = "") => Home.Configure($$"""
        { {{root}} "credentials": {
            "{{Name}}": { {{Browser(settings)}} }{{more}} } }
        """);

    /// <summary>The body of a credential that is a browser's session.</summary>
    public string Browser(string settings) => $$"""
        "kind": "slack", "from": { "token": "env://ACME_TOKEN", "cookie": "env://ACME_COOKIE" }, {{Address}}, {{settings}}
        """;

    /// <summary>The body of a credential that is an app's, whose tokens are rotated.</summary>
    public string Rotated(SlackApp app)
    {
        (Home.Variables["APP_TOKEN"], Home.Variables["APP_REFRESH"], Home.Variables["APP_SECRET"]) = (app.Token, app.RefreshToken, app.ClientSecret);
        return $$"""
            "kind": "slack", "clientId": "{{app.ClientId}}", {{Address}},
            "from": { "token": "env://APP_TOKEN", "refresh_token": "env://APP_REFRESH", "client_secret": "env://APP_SECRET" }
            """;
    }

    /// <summary>Leads a credential here instead of to Slack.</summary>
    public string Address => $"\"address\": \"{Server.Address}\"";

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
