using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Vault;
using Rekey.Vault;

namespace Rekey.Tests.Vault;

/// <summary>What a login promises.</summary>
public sealed class VaultTokenContractTests : CredentialSourceContract<VaultToken>
{
    private const string RoleId = "role-of-the-contract";

    private readonly List<VaultServer> _servers = [];
    private readonly HttpClient _http = BoundedHttp.CreateClient();

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>
    {
        [Situation.Expired] = "Vault counts every life from the moment it is asked.",
    };

    protected override Arrangement<VaultToken>? Arrange(Situation situation, Secret value)
    {
        if (situation is Situation.Expired)
            return null;
        var server = new VaultServer(TimeProvider.System, minted => Plant(minted).Reveal());
        _servers.Add(server);
        if (situation is not Situation.Missing)
            Know(server, value);
        for (var i = 0; i < 20; i++)
        {
            _ = situation switch
            {
                Situation.Forbidden => server.Answer(VaultServer.AppRolePath, new HttpReply(403, """{"errors":["permission denied"]}""")),
                Situation.Empty => server.Change(VaultServer.AppRolePath, static body => body["auth"] = null),
                Situation.Garbage => server.Answer(VaultServer.AppRolePath, new HttpReply(200, $"<html>{value.Reveal()}</html>", "text/html")),
                Situation.Oversized => server.Answer(VaultServer.AppRolePath, new HttpReply(200, value.Reveal().PadRight(SecretDocument.MaxBytes + 1, 'x'))),
                Situation.Hanging => server.Break(VaultServer.AppRolePath, WireFault.Hang),
                _ => server,
            };
        }
        var address = situation is Situation.Unreachable ? new Uri("http://127.0.0.1:9") : server.Address;
        return new Arrangement<VaultToken>(new VaultTokenSource(new VaultOptions { Address = address, Http = _http, Logger = Logger }, new AppRoleAuth { RoleId = RoleId }))
        {
            Change = newer =>
            {
                Know(server, newer);
                return Task.CompletedTask;
            },
        };
    }

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation switch
    {
        Situation.Missing or Situation.Forbidden => (FailureKind.Refused, "VAULT_LOGIN_REFUSED"),
        Situation.Empty or Situation.Garbage => (FailureKind.Invalid, "INVALID_RESPONSE"),
        _ => base.FailureIn(situation),
    };

    protected override Secret ValueIn(VaultToken credential) => credential.Value;

    private static void Know(VaultServer server, Secret value) =>
        server.Tokens.AddAppRole(RoleId, secretId: null, new VaultTokenRole { NewId = value.Reveal });

    public override async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _http.Dispose();
        await base.DisposeAsync();
    }
}
