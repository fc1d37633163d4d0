using Microsoft.Data.Sqlite;
using Rekey.Databases;
using SQLitePCL;

namespace Rekey.Cli.Tests.Drivers.Sqlite;

/// <summary>A database file in a folder of its own, and a connection that may write to it.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rekey-sqlite-").FullName;

    public SqliteFile(string sql)
    {
        Batteries_V2.Init();
        Execute(sql);
    }

    public string Path => System.IO.Path.Combine(_folder, "shop.db");

    public DatabaseCredential Login => new() { Engine = "sqlite", Database = Path };

    public IEnumerable<string?> Files => Directory.EnumerateFiles(_folder).Select(System.IO.Path.GetFileName);

    public string Beside(string name) => System.IO.Path.Combine(_folder, name);

    public SqliteConnection OpenToWrite()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    public object? Execute(string sql)
    {
        using var connection = OpenToWrite();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
