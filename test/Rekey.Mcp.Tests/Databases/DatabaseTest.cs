using System.Text.Json;
using Microsoft.Data.Sqlite;
using Rekey.Cli.Drivers;
using Rekey.Databases;
using Rekey.Mcp.Databases;
using Rekey.Mcp.Tests.Serving;
using Rekey.Testing.Postgres;

namespace Rekey.Mcp.Tests.Databases;

/// <summary>Tests of the tools on real engines.</summary>
public abstract class DatabaseTest : ServerTest
{
    private readonly List<string> _files = [];

    public static TheoryData<string> Engines => ["sqlite", "postgres"];

    /// <summary>A database of its own with what <paramref name="setup"/> makes in it, and a credential for it.</summary>
    protected Task<LoginSource> AddAsync(string engine, string setup, string name = "orders") =>
        engine == "sqlite" ? AddSqliteAsync(setup, name) : AddPostgresAsync(setup, name);

    protected async Task<LoginSource> AddSqliteAsync(string setup, string name = "orders")
    {
        var path = Path.GetTempFileName();
        _files.Add(path);
        await using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = setup;
            await command.ExecuteNonQueryAsync();
        }
        return Bind(name, new DatabaseCredential { Engine = "sqlite", Database = path });
    }

    /// <summary>The role owns nothing and may read everything in <c>public</c>.</summary>
    protected async Task<LoginSource> AddPostgresAsync(string setup, string name = "orders")
    {
        var server = await PostgresServer.SharedAsync();
        var database = PostgresServer.NewName("db");
        var role = PostgresServer.NewName("reader");
        var password = Plant(PostgresServer.NewPassword());
        await server.CreateDatabaseAsync(database);
        await server.CreateRoleAsync(role, password.Reveal());
        await server.ExecuteAsync($"{setup}; grant select on all tables in schema public to {role}", database);
        return Bind(name, new DatabaseCredential
        {
            Engine = "postgres",
            Host = server.Host,
            Port = server.Port,
            Database = database,
            UserName = role,
            Password = password,
            Encrypt = false,
        });
    }

    protected static async Task<JsonElement> SelectAsync(Session session, string query, int rows = 100) =>
        SuccessOf(await session.CallAsync("run_select", new { query, max_rows = rows }));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var file in _files)
            File.Delete(file);
        GC.SuppressFinalize(this);
    }

    protected LoginSource Bind(string name, DatabaseCredential login)
    {
        var drivers = new DatabaseDrivers(Time);
        var source = new LoginSource(login);
        var credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = name,
            Kind = "database",
            Source = source,
            Verifier = DatabaseVerifier.For(drivers),
            Secrets = Redactor,
            Logger = Logger,
            Time = Time,
        });
        Registry.Add(credential);
        source.DataSource = Owned(new RotatingDataSource(credential, drivers, logger: Logger));
        Databases.Add(new DatabaseBinding(credential, source.DataSource, drivers, drivers.CatalogFor));
        return source;
    }
}

/// <summary>A store that holds one login, which a test changes.</summary>
public sealed class LoginSource(DatabaseCredential login) : CredentialSource<DatabaseCredential>
{
    private int _fetches;

    public DatabaseCredential Login { get; set; } = login;

    public RotatingDataSource DataSource { get; set; } = null!;

    public int Fetches => Volatile.Read(ref _fetches);

    public override string Reference => "scripted://store";

    public override ValueTask<SourceAnswer<DatabaseCredential>> FetchAsync(FetchRequest<DatabaseCredential> request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _fetches);
        return new(new SourceAnswer<DatabaseCredential>(Login));
    }
}
