using Rekey.Slack;
using Rekey.Testing;
using Rekey.Testing.Slack;

namespace Rekey.Tests.Slack;

/// <summary>An authority, the Slack it asks, and clocks that stand still; every secret on either side is watched.</summary>
public abstract class SlackTest : LeakCheckedTest
{
    private readonly HttpClient _http = BoundedHttp.CreateClient();

    protected SlackTest() => Slack = new SlackServer(Time, secret => Plant(secret).Reveal());

    protected ManualTimeProvider Time { get; } = new();

    protected SlackServer Slack { get; }

    protected RecordedSecrets Secrets { get; } = new();

    protected SlackAuthority Authority(string? workspace = "acme", string? clientId = null, bool isScheduled = true, HttpClient? http = null, Uri? address = null) =>
        new(new SlackOptions
        {
            Credential = "slack",
            Workspace = workspace,
            ClientId = clientId,
            IsScheduled = isScheduled,
            Address = http is null ? address ?? Slack.Address : null,
            Http = http ?? _http,
            Secrets = Secrets,
            Logger = Logger,
            Time = Time,
        });

    protected static SecretDocument Document(params (string Field, string Value)[] fields) =>
        SecretDocument.FromFields(fields.Select(static f => KeyValuePair.Create(f.Field, new Secret(f.Value))));

    protected static SecretDocument Configured(SlackBrowserSession session) => Document(("token", session.Token), ("cookie", session.Cookie));

    protected static SecretDocument Configured(SlackApp app) =>
        Document(("token", app.Token), ("refresh_token", app.RefreshToken), ("client_secret", app.ClientSecret));

    /// <summary>Begins with what is configured and refreshes it once.</summary>
    protected static Task<SessionState> RefreshAsync(SlackAuthority authority, SecretDocument configured) =>
        authority.RefreshAsync(authority.Begin(configured), configured, TestContext.Current.CancellationToken);

    /// <summary>A refresh that fails, and what it says.</summary>
    protected async Task<CredentialError> FailAsync(Task work) => ErrorIn(await Assert.ThrowsAsync<CredentialException>(() => work));

    protected CredentialError ErrorIn(CredentialException exception)
    {
        Observe(exception);
        Observe(exception.Error.ToString());
        return exception.Error;
    }

    protected async Task<Verification> VerifyAsync(SlackAuthority authority, SlackCredential credential)
    {
        var answer = await authority.VerifyAsync(credential, TestContext.Current.CancellationToken);
        Observe(answer!.ToString());
        return answer;
    }

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Slack.DisposeAsync();
        await base.DisposeAsync();
    }
}
