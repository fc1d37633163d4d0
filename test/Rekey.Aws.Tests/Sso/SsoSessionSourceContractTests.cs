using Rekey.Aws.Profiles;
using Rekey.Aws.Sso;
using Rekey.Testing;

namespace Rekey.Aws.Tests.Sso;

public sealed class SsoSessionSourceContractTests : CredentialSourceContract<SsoToken>
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("rekey-aws-");
    private readonly ManualResetEventSlim _hang = new();
    private readonly HttpClient _http = SsoSessionSource.CreateClient();

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>();

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation switch
    {
        Situation.Missing or Situation.Empty or Situation.Garbage or Situation.Oversized => (FailureKind.NeedsUser, "AWS_SSO_SIGN_IN_REQUIRED"),
        _ => base.FailureIn(situation),
    };

    protected override Arrangement<SsoToken>? Arrange(Situation situation, Secret value)
    {
        var home = Path.Combine(_home.FullName, Guid.NewGuid().ToString("N"));
        var files = new AwsFiles(new FakeEnvironment(), home);
        var session = new SsoSession { Name = "corp", StartUrl = "https://corp.awsapps.com/start", Region = "us-east-1" };
        var path = Path.Combine(files.SsoCache, CacheKey.OfToken(session) + ".json");
        var content = situation switch
        {
            Situation.Present => Token(value, TimeSpan.FromHours(1)),
            Situation.Expired => Token(value, -TimeSpan.FromHours(1)),
            Situation.Garbage => Token(value, TimeSpan.FromHours(1))[..^4],
            Situation.Oversized => Token(new Secret(value.Reveal().PadRight(1 << 20, 'x')), TimeSpan.FromHours(1)),
            Situation.Empty => [],
            _ => null,
        };
        if (content is not null)
            CacheFiles.Instance.Write(path, content);
        var source = new SsoSessionSource(new SsoSessionOptions
        {
            Credential = "work",
            Session = session,
            Endpoints = SsoEndpoints.For(session.Region, new FakeEnvironment(), AwsConfiguration.Read(files)),
            Files = files,
            Environment = new FakeEnvironment(),
            Http = _http,
            Logger = Logger,
            Disk = situation switch
            {
                Situation.Unreachable => new ScriptedFiles { OnRead = static _ => throw new IOException("value-in-Unreachable-content") },
                Situation.Forbidden => new ScriptedFiles { OnRead = static _ => throw new UnauthorizedAccessException("value-in-Forbidden-content") },
                Situation.Hanging => new ScriptedFiles
                {
                    OnRead = _ =>
                    {
                        _hang.Wait();
                        return null;
                    },
                },
                _ => CacheFiles.Instance,
            },
        });
        return new Arrangement<SsoToken>(source)
        {
            Change = newer => Task.Run(() => CacheFiles.Instance.Write(path, Token(newer, TimeSpan.FromHours(1)))),
        };
    }

    protected override Secret ValueIn(SsoToken credential) => credential.AccessToken;

    public override async ValueTask DisposeAsync()
    {
        _hang.Set();
        await base.DisposeAsync();
        _http.Dispose();
        _home.Delete(recursive: true);
    }

    private static byte[] Token(Secret value, TimeSpan left) => new CachedToken
    {
        StartUrl = "https://corp.awsapps.com/start",
        Region = "us-east-1",
        AccessToken = value,
        ExpiresAt = TimeProvider.System.GetUtcNow() + left,
    }.Write();
}
