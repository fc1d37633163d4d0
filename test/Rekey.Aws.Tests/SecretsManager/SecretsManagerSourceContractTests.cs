using Rekey.Aws.SecretsManager;
using Rekey.Testing;
using Rekey.Testing.Aws;
using Rekey.Testing.Http;

namespace Rekey.Aws.Tests.SecretsManager;

public sealed class SecretsManagerSourceContractTests : CredentialSourceContract<SecretDocument>
{
    private const string Operation = "GetSecretValue";

    private readonly FakeEnvironment _environment = new();
    private readonly AwsAccount _account = new();
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<SecretsManagerSource> _sources = [];

    public SecretsManagerSourceContractTests()
    {
        var caller = _account.Add(Principal.NewUser());
        _environment["AWS_ACCESS_KEY_ID"] = caller.AccessKeyId;
        _environment["AWS_SECRET_ACCESS_KEY"] = Plant(caller.SecretAccessKey.Reveal()).Reveal();
        _environment["AWS_REGION"] = _account.Region;
    }

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>
    {
        [Situation.Expired] = "Secrets Manager says nothing of an end.",
    };

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        var server = new SecretsManagerServer(_account);
        _servers.Add(server);
        var name = $"contract/{situation}";
        var endpoint = server.Address;
        switch (situation)
        {
            case Situation.Present:
                server.Secrets.Create(name, value);
                break;
            case Situation.Missing:
                break;
            case Situation.Empty:
                server.Faults.Always(Operation, new HttpReply(200, """{"SecretString":""}"""));
                break;
            case Situation.Garbage:
                server.Faults.Always(Operation, new HttpReply(200, $$"""{"SecretString":"{{value.Reveal()}}"""));
                break;
            case Situation.Oversized:
                server.Secrets.Create(name, new Secret(value.Reveal().PadRight(SecretDocument.MaxBytes + 1, 'x')));
                break;
            case Situation.Unreachable:
                endpoint = new Uri("http://127.0.0.1:9");
                break;
            case Situation.Forbidden:
                server.Faults.Always(Operation, AwsException.NotAuthorized("somebody", "secretsmanager:GetSecretValue", name));
                break;
            case Situation.Hanging:
                server.Faults.Always(Operation, WireFault.Hang);
                server.Secrets.Create(name, value);
                break;
            default:
                return null;
        }
        var source = new SecretsManagerSource(name, new AwsAccess { Environment = _environment, Endpoint = endpoint });
        _sources.Add(source);
        return new Arrangement<SecretDocument>(source)
        {
            Change = newer =>
            {
                if (situation is Situation.Missing)
                    server.Secrets.Create(name, newer);
                else
                    server.Secrets.Put(name, newer);
                return Task.CompletedTask;
            },
        };
    }

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation switch
    {
        Situation.Missing => (FailureKind.Refused, "AWS_SECRET_NOT_FOUND"),
        Situation.Forbidden => (FailureKind.Refused, "AWS_ACCESS_DENIED"),
        Situation.Empty => (FailureKind.Invalid, "AWS_SECRET_INVALID"),
        Situation.Unreachable => (FailureKind.Unavailable, "AWS_UNREACHABLE"),
        // What cannot be read, or not to its end, is a defect on the way: no secret is longer than 64 KiB.
        Situation.Garbage or Situation.Oversized => (FailureKind.Unavailable, "AWS_ERROR"),
        _ => base.FailureIn(situation),
    };

    protected override Secret ValueIn(SecretDocument credential) => credential.Content;

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            source.Dispose();
        foreach (var server in _servers)
            await server.DisposeAsync();
        await base.DisposeAsync();
    }
}
