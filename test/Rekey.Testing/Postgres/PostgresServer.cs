using System.Security.Cryptography;
using Npgsql;
using Rekey.Databases;

namespace Rekey.Testing.Postgres;

/// <summary>A real, throw-away PostgreSQL on loopback, with the acts that a rotation does to it. It ends with the test process.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Lazy = new(static () => StartAsync());
    private static int _names;

    private readonly PostgresProcess _process;
    private readonly NpgsqlDataSource _admin;

    private PostgresServer(PostgresProcess process, Secret password)
    {
        _process = process;
        AdminConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = Port,
            Database = "postgres",
            Username = "postgres",
            Password = password.Reveal(),
            SslMode = SslMode.Disable,
            MaxPoolSize = 4,
            ApplicationName = "tests",
        }.ConnectionString;
        _admin = NpgsqlDataSource.Create(AdminConnectionString);
    }

    /// <summary>The one server of this test process, started when it is first asked for.</summary>
    public static Task<PostgresServer> SharedAsync() => Lazy.Value;

    /// <summary>A server of one's own, for tests that change the whole server.</summary>
    public static async Task<PostgresServer> StartAsync(int maxConnections = 100, bool encrypts = true)
    {
        var password = new Secret(NewPassword());
        return new PostgresServer(await PostgresProcess.StartAsync(password, maxConnections, encrypts), password);
    }

    public string Host => "127.0.0.1";

    public int Port => _process.Port;

    /// <summary>Logs in as the superuser, without encryption.</summary>
    public string AdminConnectionString { get; }

    /// <summary>The same login as a credential.</summary>
    public DatabaseCredential Admin
    {
        get
        {
            var settings = new NpgsqlConnectionStringBuilder(AdminConnectionString);
            return new DatabaseCredential
            {
                Engine = "postgres",
                Host = settings.Host!,
                Port = settings.Port,
                Database = settings.Database!,
                UserName = settings.Username!,
                Password = new Secret(settings.Password!),
                Encrypt = false,
            };
        }
    }

    /// <summary>A name for a role or a database that no other test uses.</summary>
    public static string NewName(string prefix) => $"{prefix}_{Interlocked.Increment(ref _names)}";

    /// <summary>A password that no other test uses.</summary>
    public static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    public async Task CreateDatabaseAsync(string name) => await ExecuteAsync($"create database {Quoted(name)}");

    public async Task CreateRoleAsync(string name, string password) =>
        await ExecuteAsync($"create role {Quoted(name)} login password '{password}'");

    /// <summary>What an authority does in a rotation: sessions that are open do not notice.</summary>
    public async Task SetPasswordAsync(string name, string password) => await ExecuteAsync($"alter role {Quoted(name)} password '{password}'");

    /// <summary>Locks the role out without removing it.</summary>
    public async Task RevokeLoginAsync(string name) => await ExecuteAsync($"alter role {Quoted(name)} nologin");

    /// <summary>Removes the role and what it was granted; sessions that are open live on.</summary>
    public async Task DropRoleAsync(string name, string database = "postgres") =>
        await ExecuteAsync($"drop owned by {Quoted(name)}; drop role {Quoted(name)}", database);

    /// <summary>Ends every session of the role.</summary>
    public async Task TerminateAsync(string role) =>
        await ExecuteAsync($"select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '{role}'");

    /// <summary>How many sessions of the role are open.</summary>
    public async Task<long> SessionsAsync(string role) =>
        (long)(await ScalarAsync($"select count(*) from pg_stat_activity where usename = '{role}'"))!;

    /// <summary>How many logins of the role the server has accepted.</summary>
    public async Task<int> LoginsAsync(string role)
    {
        await ReadLogToHereAsync();
        return _process.Log.Count(role, "00000", "connection authorized");
    }

    /// <summary>How many logins of the role the server has refused for the password.</summary>
    public async Task<int> RefusedLoginsAsync(string role)
    {
        await ReadLogToHereAsync();
        return _process.Log.Count(role, "28P01", "FATAL");
    }

    /// <summary>Runs statements as the superuser.</summary>
    public async Task ExecuteAsync(string sql, string database = "postgres") => await ScalarAsync(sql, database);

    /// <summary>Asks one value as the superuser.</summary>
    public async Task<object?> ScalarAsync(string sql, string database = "postgres")
    {
        if (database == "postgres")
            return await RunAsync(_admin, sql);
        var settings = new NpgsqlConnectionStringBuilder(AdminConnectionString) { Database = database, Pooling = false };
        await using var source = NpgsqlDataSource.Create(settings);
        return await RunAsync(source, sql);
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _process.EndAsync();
    }

    private static async Task<object?> RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private async Task ReadLogToHereAsync()
    {
        var mark = "mark-" + NewPassword();
        var seen = _process.Log.Seen(mark);
        await ExecuteAsync($"do $$ begin raise log '{mark}'; end $$");
        await seen.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
    }

    private static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
