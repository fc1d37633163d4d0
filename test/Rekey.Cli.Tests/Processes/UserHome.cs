using Microsoft.Data.Sqlite;
using Rekey.Cli.Tests.Configuration;
using Rekey.Testing.Tds;
using SQLitePCL;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The home folder of somebody who has never used Rekey, and the environment that a program sees there.</summary>
internal sealed class UserHome : IDisposable
{
    /// <summary>A query whose end nobody waits for.</summary>
    public const string EndlessQuery =
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000000) select count(*) as c from n";

    private readonly TemporaryFolder _folder = new();

    static UserHome() => Batteries_V2.Init();

    public string Path => _folder.Path;

    /// <summary>What a test adds to the environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Nothing of the developer's own environment configures what is tested.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(Variables)
    {
        ["HOME"] = Path,
        ["APPDATA"] = Path,
        ["XDG_RUNTIME_DIR"] = Path,
        ["DOTNET_ROOT"] = BuiltExecutable.DotnetRoot,
    };

    /// <summary>A home with one credential, <c>paint</c>: the file <c>paint.url</c> leads to a database whose colour is blue.</summary>
    public static UserHome WithDatabase()
    {
        var home = new UserHome();
        var secret = home.Write("paint.url", $"sqlite:{home.Database("blue.db", "blue")}");
        home.Configure($$"""{ "credentials": { "paint": { "kind": "database", "from": "file://{{secret}}" } } }""");
        return home;
    }

    /// <summary>A home with one credential, whose secret names no engine: SQL Server, where the schema <c>dbo</c> has a table <c>paint</c>.</summary>
    public static UserHome WithSqlServer(TdsServer server)
    {
        server.SetPassword("reader", "correct-horse-battery");
        server.On("from sys.objects", static (request, _) => Task.FromResult<TdsAnswer>(new TdsTable(
            [new TdsColumn("schema_name", TdsType.NVarChar), new TdsColumn("table_name", TdsType.NVarChar)],
            [request.Parameters["@schema"], "paint"])));
        var home = new UserHome();
        var secret = home.Write("paint.json", $$"""
            { "host": "127.0.0.1", "port": {{server.Port}}, "dbname": "shop", "username": "reader", "password": "correct-horse-battery" }
            """);
        home.Configure($$"""
            { "credentials": { "paint": { "kind": "database", "from": "file://{{secret}}", "database": { "trustServerCertificate": true } } } }
            """);
        return home;
    }

    public string Write(string name, string text) => _folder.File(name, text);

    /// <summary>Writes the user's <c>rekey.json</c>.</summary>
    public string Configure(string json) =>
        Write(OperatingSystem.IsWindows() ? "rekey/rekey.json" : ".config/rekey/rekey.json", json);

    /// <summary>Makes a database whose table <c>paint</c> has one row.</summary>
    public string Database(string name, string colour)
    {
        var path = System.IO.Path.Combine(Path, name);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "create table paint (colour text); insert into paint values ($colour)";
        command.Parameters.AddWithValue("$colour", colour);
        command.ExecuteNonQuery();
        return path;
    }

    public void Dispose() => _folder.Dispose();
}
