using Rekey.Aws.Profiles;
using Rekey.Aws.Sso;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Sso;

namespace Rekey.Aws.Tests.Sso;

public sealed class SsoRoleSourceContractTests : CredentialSourceContract<AwsSessionCredential>
{
    private const string Path = "/federation/credentials";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("rekey-aws-");
    private readonly HttpClient _http = SsoSessionSource.CreateClient();
    private readonly List<IAsyncDisposable> _owned = [];

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>();

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation switch
    {
        Situation.Missing => (FailureKind.Refused, "AWS_SSO_ROLE_REFUSED"),
        Situation.Forbidden => (FailureKind.Refused, "AWS_SSO_NO_ACCESS"),
        _ => (FailureKind.Unavailable, "AWS_SSO_NO_ANSWER"),
    };

    protected override Arrangement<AwsSessionCredential>? Arrange(Situation situation, Secret value)
    {
        var server = new SsoServer(TimeProvider.System, text => Plant(text).Reveal()) { NextKey = value.Reveal() };
        _owned.Add(server);
        var said = value.Reveal();
        _ = situation switch
        {
            Situation.Missing => server.Answer(Path, SsoReplies.Portal(404, "ResourceNotFoundException", said)),
            Situation.Forbidden => server.Answer(Path, SsoReplies.Portal(403, "ForbiddenException", said)),
            Situation.Unreachable => server.Answer(Path, new HttpReply(200) { Fault = WireFault.Reset }),
            Situation.Empty => server.Answer(Path, new HttpReply(200)),
            Situation.Garbage => server.Answer(Path, new HttpReply(200, $"{{\"{said}")),
            Situation.Oversized => server.Answer(Path, new HttpReply(200, said) { Fault = WireFault.Huge }),
            Situation.Hanging => server.Answer(Path, new HttpReply(200) { Fault = WireFault.Hang }),
            _ => server,
        };
        if (situation is Situation.Expired)
            server.RoleLife = -TimeSpan.FromHours(1);
        return new Arrangement<AwsSessionCredential>(Source(server))
        {
            Change = newer =>
            {
                server.NextKey = newer.Reveal();
                return Task.CompletedTask;
            },
        };
    }

    protected override Secret ValueIn(AwsSessionCredential credential) => credential.SecretAccessKey;

    public override async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(_owned))
            await one.DisposeAsync();
        _http.Dispose();
        _home.Delete(recursive: true);
        await base.DisposeAsync();
    }

    private SsoRoleSource Source(SsoServer server)
    {
        var environment = new FakeEnvironment { ["AWS_ENDPOINT_URL"] = server.Address.AbsoluteUri };
        var files = new AwsFiles(environment, System.IO.Path.Combine(_home.FullName, Guid.NewGuid().ToString("N")));
        var session = new SsoSession { Name = "corp", StartUrl = "https://corp.awsapps.com/start", Region = "us-east-1" };
        var grant = server.Book.SignedIn();
        CacheFiles.Instance.Write(System.IO.Path.Combine(files.SsoCache, CacheKey.OfToken(session) + ".json"), new CachedToken
        {
            StartUrl = session.StartUrl,
            Region = session.Region,
            AccessToken = new Secret(grant.AccessToken),
            ExpiresAt = grant.ExpiresAt,
        }.Write());
        var options = new SsoSessionOptions
        {
            Credential = "dev",
            Session = session,
            Endpoints = SsoEndpoints.For(session.Region, environment, AwsConfiguration.Read(files)),
            Files = files,
            Environment = environment,
            Http = _http,
            Logger = Logger,
        };
        var managed = new ManagedCredential<SsoToken>(new CredentialOptions<SsoToken> { Name = "work", Kind = "aws-sso", Source = new SsoSessionSource(options), Logger = Logger });
        _owned.Add(managed);
        return new SsoRoleSource(new SsoRole("dev", "001234567890", "Dev", null), options, managed);
    }
}
