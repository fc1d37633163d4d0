using System.Collections.Concurrent;
using Rekey.Cli.Drivers.Postgres;
using Rekey.Databases;
using Rekey.Testing.Postgres;
using Rekey.Testing.Vault;
using Rekey.Vault;

namespace Rekey.Cli.Tests.Vault;

/// <summary>A Vault whose database engine makes and ends roles of a real PostgreSQL.</summary>
internal sealed class VaultStage : IAsyncDisposable
{
    private const string RoleId = "role-of-the-load";
    private const string Reader = "vault_reader";

    private readonly PostgresServer _postgres;
    private readonly HttpClient _http = BoundedHttp.CreateClient();
    private readonly ConcurrentQueue<string> _ended = new();

    private VaultStage(PostgresServer postgres, Func<string, string> plant)
    {
        _postgres = postgres;
        Server = new VaultServer(TimeProvider.System, plant);
        Server.Leases.Add(new VaultDatabaseRole { Name = "readonly", TimeToLive = TimeSpan.FromSeconds(3), MaxTimeToLive = TimeSpan.FromSeconds(4), Create = CreateAsync, Revoke = EndAsync });
        Server.Tokens.AddAppRole(RoleId, secretId: null, new VaultTokenRole { TimeToLive = TimeSpan.FromSeconds(8), MaxTimeToLive = TimeSpan.FromSeconds(12) });
        Options = new VaultOptions { Address = Server.Address, Http = _http };
    }

    public VaultServer Server { get; }

    public VaultOptions Options { get; }

    /// <summary>More connections than the load ever needs: a pool that is full would hide that a login is refused.</summary>
    public IDatabaseDriver Driver { get; } = new PostgresDriver(maxPoolSize: 64);

    public VaultTokenSource Login => new(Options, new AppRoleAuth { RoleId = RoleId });

    public static async Task<VaultStage> PrepareAsync(PostgresServer postgres, Func<string, string> plant)
    {
        await postgres.ExecuteAsync($"""
            create schema if not exists rekey_demo;
            create table if not exists rekey_demo.orders as select i as id, i * 1.25 as total from generate_series(1, 1000) i;
            create role {Reader};
            grant usage on schema rekey_demo to {Reader};
            grant select on rekey_demo.orders to {Reader};
            """);
        return new VaultStage(postgres, plant);
    }

    /// <summary>The login of the engine as an application uses it.</summary>
    public CredentialSource<DatabaseCredential> Open(ManagedCredential<VaultToken> token)
    {
        var source = new VaultSource("database/creds/readonly", token, Options);
        var parts = new DatabaseParts { Engine = "postgres", Host = _postgres.Host, Port = _postgres.Port, Database = "postgres", Encrypt = false };
        return new ReadingSource<DatabaseCredential>(source, document => DatabaseReader.Read(document, parts, source.Reference));
    }

    /// <summary>Roles of leases that are still there, whether they may log in or not.</summary>
    public async Task<long> RolesAsync()
    {
        await DropEndedAsync();
        return (long)(await _postgres.ScalarAsync("select count(*) from pg_roles where rolname like 'v-token-%'"))!;
    }

    /// <summary>Drops the roles that were ended and have no session left.</summary>
    public async Task DropEndedAsync()
    {
        for (var count = _ended.Count; count > 0 && _ended.TryDequeue(out var user); count--)
        {
            if (await _postgres.SessionsAsync(user) > 0)
                _ended.Enqueue(user);
            else
                await _postgres.ExecuteAsync($"drop role \"{user}\"");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    private Task CreateAsync(string user, string password) => _postgres.ExecuteAsync($"create role \"{user}\" login password '{password}' in role {Reader}");

    // Revocation statements of an operator who does not want to kill what runs: nobody comes in any more, and who is in may finish.
    private async Task EndAsync(string user)
    {
        await _postgres.ExecuteAsync($"alter role \"{user}\" nologin");
        _ended.Enqueue(user);
    }
}
