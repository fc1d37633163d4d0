using System.Text.Json.Nodes;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Vault;
using Rekey.Vault;

namespace Rekey.Tests.Vault;

/// <summary>What every engine promises.</summary>
public abstract class VaultSourceContract : CredentialSourceContract<SecretDocument>
{
    private readonly List<VaultServer> _servers = [];
    private readonly HttpClient _http = BoundedHttp.CreateClient();
    private readonly List<ManagedCredential<VaultToken>> _tokens = [];

    private protected abstract string Name { get; }

    private protected abstract string Api { get; }

    /// <summary>Puts the value there, or another one.</summary>
    private protected abstract void Write(VaultServer server, Secret value);

    /// <summary>Puts something there that holds nothing.</summary>
    private protected abstract void WriteNothing(VaultServer server);

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>
    {
        [Situation.Expired] = "Vault counts every life from the moment it is asked.",
    };

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        if (situation is Situation.Expired)
            return null;
        var server = new VaultServer(TimeProvider.System, minted => Plant(minted).Reveal());
        _servers.Add(server);
        var options = new VaultOptions { Address = server.Address, Http = _http, Logger = Logger };
        var given = server.Tokens.Create(TimeSpan.FromHours(1), new VaultTokenRole { Allows = path => situation is not Situation.Forbidden || path != Api });
        var auth = new GivenTokenAuth(new ScriptedDocuments { OnFetch = ScriptedDocuments.Answers(SecretDocument.FromText(new Secret(given.Id))) });
        var token = new ManagedCredential<VaultToken>(new CredentialOptions<VaultToken> { Name = "vault", Kind = "vault", Source = new VaultTokenSource(options, auth), Logger = Logger });
        _tokens.Add(token);
        if (situation is Situation.Empty)
            WriteNothing(server);
        else if (situation is not Situation.Missing)
            Write(server, value);
        var path = "/v1/" + Api;
        for (var i = 0; i < 20; i++)
        {
            _ = situation switch
            {
                Situation.Garbage => server.Answer(path, new HttpReply(200, $"<html>{value.Reveal()}</html>", "text/html")),
                Situation.Oversized => server.Answer(path, new HttpReply(200, $"{{\"data\":{{\"value\":\"{value.Reveal().PadRight(SecretDocument.MaxBytes, 'x')}\"}}}}")),
                Situation.Hanging => server.Break(path, WireFault.Hang),
                _ => server,
            };
        }
        var address = situation is Situation.Unreachable ? new Uri("http://127.0.0.1:9") : server.Address;
        return new Arrangement<SecretDocument>(new VaultSource(Name, token, options with { Address = address }))
        {
            Change = newer =>
            {
                Write(server, newer);
                return Task.CompletedTask;
            },
        };
    }

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) =>
        situation is Situation.Garbage ? (FailureKind.Invalid, "INVALID_RESPONSE") : base.FailureIn(situation);

    protected override Secret ValueIn(SecretDocument credential) => credential.Field("password")!.Value;

    public override async ValueTask DisposeAsync()
    {
        foreach (var token in _tokens)
            await token.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        _http.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class Kv2ContractTests : VaultSourceContract
{
    private protected override string Name => "secret/orders/login";

    private protected override string Api => "secret/data/orders/login";

    private protected override void Write(VaultServer server, Secret value) => server.KeyValues.Put("orders/login", VaultTest.Fields("password", value.Reveal()));

    private protected override void WriteNothing(VaultServer server) => server.KeyValues.Put("orders/login", []);
}

public sealed class Kv1ContractTests : VaultSourceContract
{
    private protected override string Name => "kv1/orders";

    private protected override string Api => "kv1/orders";

    private protected override void Write(VaultServer server, Secret value) => server.KeyValues.Put1("orders", VaultTest.Fields("password", value.Reveal()));

    private protected override void WriteNothing(VaultServer server) => server.KeyValues.Put1("orders", []);
}

public sealed class DatabaseContractTests : VaultSourceContract
{
    private protected override string Name => "database/creds/readonly";

    private protected override string Api => "database/creds/readonly";

    private protected override void Write(VaultServer server, Secret value) =>
        server.Leases.Add(new VaultDatabaseRole { Name = "readonly", NewPassword = value.Reveal });

    private protected override void WriteNothing(VaultServer server)
    {
        server.Leases.Add(new VaultDatabaseRole { Name = "readonly" });
        server.ChangeAll = (path, body) =>
        {
            if (path == "/v1/" + Api)
                body["data"] = new JsonObject();
        };
    }

    // An unknown role is none of the things that may come into being while one waits for them.
    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) =>
        situation is Situation.Missing ? (FailureKind.Refused, "SOURCE_REFUSED") : base.FailureIn(situation);
}

public sealed class StaticContractTests : VaultSourceContract
{
    private protected override string Name => "database/static-creds/app";

    private protected override string Api => "database/static-creds/app";

    private protected override void Write(VaultServer server, Secret value) =>
        server.Leases.Add(new VaultStaticRole { Name = "app", UserName = "app", Period = TimeSpan.FromHours(24), Password = value.Reveal() });

    private protected override void WriteNothing(VaultServer server)
    {
        Write(server, new Secret("nobody-reads-this-one"));
        server.ChangeAll = (path, body) =>
        {
            if (path == "/v1/" + Api)
                body["data"] = new JsonObject { ["ttl"] = 10, ["rotation_period"] = 20 };
        };
    }

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) =>
        situation is Situation.Missing ? (FailureKind.Refused, "SOURCE_REFUSED") : base.FailureIn(situation);
}
