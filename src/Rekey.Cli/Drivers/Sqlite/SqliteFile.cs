using Microsoft.Data.Sqlite;

namespace Rekey.Cli.Drivers.Sqlite;

/// <summary>Makes a new database file. Everything else here only reads.</summary>
internal static class SqliteFile
{
    public static async Task CreateAsync(string path, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        SQLitePCL.Batteries_V2.Init();
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false };
        using var connection = new SqliteConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
