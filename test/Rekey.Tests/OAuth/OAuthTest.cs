using Rekey.OAuth;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.OAuth;

namespace Rekey.Tests.OAuth;

/// <summary>An authorization server, a client that it knows, and authorities that ask it.</summary>
public abstract class OAuthTest : LeakCheckedTest
{
    private OAuthServer? _server;
    private OAuthClientEntry? _client;

    internal ManualTimeProvider Time { get; } = new();

    internal HttpClient Http { get; } = BoundedHttp.CreateClient();

    internal SecretRedactor Secrets { get; } = new();

    internal OAuthServer Server => _server ??= new OAuthServer(Time, value => Plant(value).Reveal());

    internal OAuthClientEntry Client
    {
        get => _client ??= Server.AddClient();
        set => _client = value;
    }

    internal OAuthOptions Options => new()
    {
        Credential = "orders",
        Label = "fake",
        TokenEndpoint = Server.TokenEndpoint,
        ClientId = Client.Id,
        Http = Http,
        Secrets = Secrets,
        Logger = Logger,
        Time = Time,
    };

    /// <summary>The same where only the issuer is configured.</summary>
    internal OAuthOptions Discovering => Options with { TokenEndpoint = null, Issuer = new Uri(Server.Issuer) };

    internal HttpCall Asked => Server.Last[OAuthServer.TokenPath];

    internal int Calls => Server.Calls(OAuthServer.TokenPath);

    /// <summary>What the operator configured, without the fields that are null.</summary>
    internal static SecretDocument Document(params IEnumerable<(string Field, string? Value)> fields) => SecretDocument.FromFields(
        fields.Where(static f => f.Value is not null).Select(static f => new KeyValuePair<string, Secret>(f.Field, new Secret(f.Value!))));

    internal SecretDocument Configured(string? refreshToken = null) => Document(("client_secret", Client.Secret), ("refresh_token", refreshToken));

    internal static SessionState State(string? refreshToken, string? accessToken = null) => new()
    {
        Fields = new[] { ("refresh_token", refreshToken), ("access_token", accessToken) }
            .Where(static f => f.Item2 is not null).ToDictionary(static f => f.Item1, static f => new Secret(f.Item2!)),
    };

    /// <summary>A session that began earlier.</summary>
    internal SessionState Consented() => State(Server.Book.Consented(Client.Id).RefreshToken);

    internal Task<SessionState> RefreshAsync(OAuthAuthority authority, SessionState state) =>
        authority.RefreshAsync(state, Configured(), TestContext.Current.CancellationToken);

    internal Task<SessionState> RefreshAsync(SessionState? state = null) => RefreshAsync(new OAuthAuthority(Options), state ?? Consented());

    /// <summary>The error of what must fail, after it was looked at for secrets.</summary>
    internal async Task<CredentialError> FailureAsync(Task work)
    {
        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => Waiting(work))).Error;
        Observe($"{error} {error.NextStep}");
        return error;
    }

    internal Task<CredentialError> FailureAsync(OAuthAuthority authority, SessionState state) => FailureAsync(RefreshAsync(authority, state));

    internal Task<CredentialError> FailureAsync(SessionState? state = null) => FailureAsync(RefreshAsync(state));

    internal bool Knows(string secret) => Secrets.Redact(secret) != secret;

    /// <summary>Where the work waits for time to pass, a test lets it.</summary>
    internal virtual Task Waiting(Task work) => work;

    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
