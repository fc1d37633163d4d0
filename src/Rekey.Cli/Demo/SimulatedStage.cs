using Rekey.Cli.Drivers.Sqlite;
using Rekey.Databases;
using Rekey.Mcp.Databases;

namespace Rekey.Cli.Demo;

/// <summary>A real SQLite file behind simulated logins: needs no account and no server.</summary>
internal sealed class SimulatedStage : DemoStage
{
    private readonly SimulatedAccounts _accounts = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("rekey-demo-").FullName;

    public SimulatedStage(TimeProvider time)
        : base(time) => Driver = new SimulatedDriver(new SqliteDriver(time), _accounts);

    public override string Describe =>
        "Real: SQLite, the MCP server, an MCP client over pipes, every query. Simulated: the logins (an in-process authority that "
        + "refuses wrong and old passwords and ends the sessions of removed users) and the secret store (20 ms an answer).";

    public override IDatabaseDriver Driver { get; }

    public override IDatabaseCatalog Catalog { get; } = new SqliteCatalog();

    public override IReadOnlyList<string> Queries { get; } =
    [
        "select id, total from orders where id = 7",
        "select count(*) as orders, sum(total) as total from orders",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) select count(*) as counted from n",
    ];

    public override string PlantedQuery => "select note from notes";

    private string File => Path.Combine(_folder, "demo.db");

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return default;
    }

    protected override Task CreateAsync(CancellationToken cancellationToken) => SqliteFile.CreateAsync(
        File,
        [
            "create table orders (id integer primary key, total numeric)",
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) insert into orders select i, i * 1.25 from n",
            "create table notes (note text)",
            $"insert into notes values ('the password is {Planted.Reveal()}, do not tell')",
        ],
        cancellationToken);

    protected override Task SetUserAsync(string name, Secret password, CancellationToken cancellationToken)
    {
        _accounts.Set(name, password);
        return Task.CompletedTask;
    }

    protected override Task RemoveUserAsync(string name, CancellationToken cancellationToken)
    {
        _accounts.Remove(name);
        return Task.CompletedTask;
    }

    protected override DatabaseCredential LoginOf(string user, Secret password) =>
        new() { Engine = Driver.Engine, Database = File, UserName = user, Password = password };
}
