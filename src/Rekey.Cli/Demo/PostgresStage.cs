using System.Data.Common;
using Rekey.Cli.Drivers.Postgres;
using Rekey.Databases;
using Rekey.Mcp.Databases;

namespace Rekey.Cli.Demo;

/// <summary>A real PostgreSQL: roles are created, altered and dropped, in a schema of the demo's own that is removed at the end.</summary>
internal sealed class PostgresStage(DatabaseCredential admin, TimeProvider time) : DemoStage(time)
{
    private const string Schema = "rekey_demo";
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<string> _users = new(StringComparer.Ordinal);
    private DbConnection? _connection;

    public override string Describe =>
        "Real: PostgreSQL with real roles and passwords, the MCP server, an MCP client over pipes, every query. Simulated: the "
        + "secret store (20 ms an answer).";

    public override IDatabaseDriver Driver { get; } = new PostgresDriver();

    public override IDatabaseCatalog Catalog { get; } = new PostgresCatalog();

    public override IReadOnlyList<string> Queries { get; } =
    [
        $"select id, total from {Schema}.orders where id = 7",
        $"select count(*) as orders, sum(total) as total from {Schema}.orders",
        "select pg_sleep(0.1)::text as slept",
    ];

    public override string PlantedQuery => $"select note from {Schema}.notes";

    public override async ValueTask DisposeAsync()
    {
        foreach (var user in _users.ToArray())
            await RemoveUserAsync(user, CancellationToken.None).ConfigureAwait(false);
        await ExecuteAsync($"drop schema if exists {Schema} cascade", CancellationToken.None).ConfigureAwait(false);
        if (_connection is not null)
            await _connection.DisposeAsync().ConfigureAwait(false);
        _one.Dispose();
    }

    protected override Task CreateAsync(CancellationToken cancellationToken) => ExecuteAsync(
        $"""
        drop schema if exists {Schema} cascade;
        create schema {Schema};
        create table {Schema}.orders as select i as id, i * 1.25 as total from generate_series(1, 1000) i;
        create table {Schema}.notes as select 'the password is {Planted.Reveal()}, do not tell'::text as note;
        """,
        cancellationToken);

    protected override async Task SetUserAsync(string name, Secret password, CancellationToken cancellationToken)
    {
        if (!_users.Add(name))
        {
            await ExecuteAsync($"alter role {name} password '{password.Reveal()}'", cancellationToken).ConfigureAwait(false);
            return;
        }
        await ExecuteAsync(
            $"""
            drop role if exists {name};
            create role {name} login password '{password.Reveal()}';
            grant usage on schema {Schema} to {name};
            grant select on all tables in schema {Schema} to {name};
            """,
            cancellationToken).ConfigureAwait(false);
    }

    protected override async Task RemoveUserAsync(string name, CancellationToken cancellationToken)
    {
        if (_users.Remove(name))
            await ExecuteAsync($"drop owned by {name}; drop role {name}", cancellationToken).ConfigureAwait(false);
    }

    protected override DatabaseCredential LoginOf(string user, Secret password) => admin with { UserName = user, Password = password };

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _connection ??= await Driver.OpenUnpooledAsync(admin, cancellationToken).ConfigureAwait(false);
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }
}
