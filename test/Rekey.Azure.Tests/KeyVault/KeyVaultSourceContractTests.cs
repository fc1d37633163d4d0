using Rekey.Azure.KeyVault;
using Rekey.Azure.Tests.Identity;
using Rekey.Testing;
using Rekey.Testing.Azure;
using Rekey.Testing.Http;

namespace Rekey.Azure.Tests.KeyVault;

public sealed class KeyVaultSourceContractTests : CredentialSourceContract<SecretDocument>
{
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly List<KeyVaults> _vaults = [];

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>();

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        var token = Plant($"token-in-{situation}-{Guid.NewGuid():N}");
        var server = new KeyVaultServer(token);
        _servers.Add(server);
        const string Name = "contract";
        switch (situation)
        {
            case Situation.Present or Situation.Unreachable:
                server.Secrets.Put(Name, value);
                break;
            case Situation.Missing:
                break;
            case Situation.Empty:
                server.Secrets.Put(Name, new Secret(""));
                break;
            case Situation.Garbage:
                server.Standing = new HttpReply(200, $$"""{"value":"{{value.Reveal()}}""");
                break;
            case Situation.Oversized:
                server.Secrets.Put(Name, new Secret(value.Reveal().PadRight(SecretDocument.MaxBytes + 1, 'x')));
                break;
            case Situation.Forbidden:
                server.Standing = KeyVaultReplies.Failure(403, "Forbidden", $"Caller is not authorized, {value.Reveal()}.", "ForbiddenByRbac");
                break;
            case Situation.Hanging:
                server.Secrets.Put(Name, value);
                server.Fault = WireFault.Hang;
                break;
            case Situation.Expired:
                server.Secrets.Put(Name, value, DateTimeOffset.UnixEpoch.AddYears(50));
                break;
            default:
                return null;
        }
        var way = situation is Situation.Unreachable ? KeyVaultServer.WayToNobody() : server.Way();
        var vaults = new KeyVaults(new AzureAccess { Identity = new ScriptedIdentity(token), Handler = way });
        _vaults.Add(vaults);
        return new Arrangement<SecretDocument>(new KeyVaultSource($"{server.Name}/{Name}", vaults))
        {
            Change = newer =>
            {
                server.Secrets.Put(Name, newer);
                return Task.CompletedTask;
            },
        };
    }

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation switch
    {
        Situation.Empty => (FailureKind.Invalid, "SECRET_INVALID"),
        Situation.Garbage => (FailureKind.Invalid, "INVALID_RESPONSE"),
        _ => base.FailureIn(situation),
    };

    protected override Secret ValueIn(SecretDocument credential) => credential.Content;

    public override async ValueTask DisposeAsync()
    {
        foreach (var vaults in _vaults)
            vaults.Dispose();
        foreach (var server in _servers)
            await server.DisposeAsync();
        await base.DisposeAsync();
    }
}
