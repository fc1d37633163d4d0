using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Rekey.Aws.Profiles;
using Rekey.Aws.Sso;
using Rekey.Aws.Tests.Profiles;
using Rekey.Testing;
using Rekey.Testing.Sso;

namespace Rekey.Aws.Tests.Sso;

/// <summary>A home directory, an Identity Center, and sources between them.</summary>
public abstract class SsoTest : LeakCheckedTest
{
    private readonly ProfileFiles _files = new();
    private readonly List<IAsyncDisposable> _owned = [];
    private SsoServer? _server;

    internal ManualTimeProvider Time { get; } = new();

    internal FakeEnvironment Environment => _files.Environment;

    internal string Home => _files.Home;

    internal AwsFiles Files => _files.Files;

    internal Learned Secrets { get; } = new();

    internal HttpClient Http { get; } = SsoSessionSource.CreateClient();

    internal SsoServer Server => _server ??= new SsoServer(Clock, value => Plant(value).Reveal());

    internal SsoSession Session { get; set; } = new() { Name = "corp", StartUrl = "https://d-1234567890.awsapps.com/start", Region = "us-east-1" };

    /// <summary>The clock of everything; a test that runs on real time says so.</summary>
    internal virtual TimeProvider Clock => Time;

    internal string TokenFile => Path.Combine(Files.SsoCache, CacheKey.OfToken(Session) + ".json");

    internal SsoSessionOptions Options
    {
        get
        {
            Environment["AWS_ENDPOINT_URL"] = Server.Address.AbsoluteUri;
            return new SsoSessionOptions
            {
                Credential = "work",
                Session = Session,
                Endpoints = SsoEndpoints.For(Session.Region, Environment, _files.Read()),
                Files = Files,
                Environment = Environment,
                Http = Http,
                Secrets = Secrets,
                Flow = SignInFlow.DeviceCode,
                Logger = Logger,
                Time = Clock,
            };
        }
    }

    internal SsoSessionSource Source(Func<SsoSessionOptions, SsoSessionOptions>? change = null) => new(change?.Invoke(Options) ?? Options);

    internal ManagedCredential<SsoToken> Managed(SsoSessionSource source, bool isVerified = false)
    {
        var credential = new ManagedCredential<SsoToken>(new CredentialOptions<SsoToken>
        {
            Name = "work",
            Kind = "aws-sso",
            Source = source,
            Verifier = isVerified ? source.VerifyAsync : null,
            Secrets = Secrets,
            Logger = Logger,
            Time = Clock,
            Random = new Random(1),
        });
        _owned.Add(credential);
        return credential;
    }

    /// <summary>Puts the grant where a tool that signed in would have put it.</summary>
    internal SsoGrant Put(SsoGrant grant, TimeSpan? left = null, string? path = null)
    {
        path ??= TokenFile;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Json(grant, left).ToJsonString());
        return grant;
    }

    /// <summary>A sign-in that happened earlier, with this much of its token's life left.</summary>
    internal SsoGrant SignedIn(TimeSpan left) => Put(Server.Book.SignedIn(left > TimeSpan.Zero ? left : TimeSpan.FromHours(1)), left);

    internal JsonObject Json(SsoGrant grant, TimeSpan? left = null)
    {
        var file = new JsonObject
        {
            ["startUrl"] = Session.StartUrl,
            ["region"] = Session.Region,
            ["accessToken"] = grant.AccessToken,
            ["expiresAt"] = AwsTime.Write(left is { } span ? Clock.GetUtcNow() + span : grant.ExpiresAt),
            ["clientId"] = grant.Client.Id,
            ["clientSecret"] = grant.Client.ClientSecret,
            ["registrationExpiresAt"] = AwsTime.Write(grant.Client.ExpiresAt),
        };
        if (grant.RefreshToken is { } refresh)
            file["refreshToken"] = refresh;
        return file;
    }

    internal string TextIn(string name, string? path = null) => (string)JsonNode.Parse(File.ReadAllText(path ?? TokenFile))![name]!;

    internal static Task<SourceAnswer<SsoToken>> FetchAsync(SsoSessionSource source, RefreshTrigger trigger = RefreshTrigger.Demand) =>
        source.FetchAsync(new FetchRequest<SsoToken>(trigger, null), CancellationToken.None).AsTask();

    internal async Task<CredentialError> FailsAsync(Func<Task> work)
    {
        var error = Observe(await Assert.ThrowsAsync<CredentialException>(work)).Error;
        Observe(error.ToString());
        return error;
    }

    internal Task<T> Passing<T>(Task<T> work, double seconds = 0.05) => Until.Done(work, Time, TimeSpan.FromSeconds(seconds));

    internal Task Passing(Task work, double seconds = 0.05) => Until.Done(work, Time, TimeSpan.FromSeconds(seconds));

    public override async ValueTask DisposeAsync()
    {
        foreach (var one in _owned)
        {
            var ending = one.DisposeAsync().AsTask();
            await Until.Done(ending, Time, TimeSpan.FromSeconds(1));
        }
        Http.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _files.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Remembers what was registered.</summary>
    internal sealed class Learned : ISecretRegistry
    {
        private readonly ConcurrentDictionary<string, string> _fields = new();

        public void Register(string credential, string field, Secret value) => _fields[value.Reveal()] = $"{credential}#{field}";

        public bool Knows(string value) => _fields.ContainsKey(value);
    }
}
