using System.Data.Common;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.Sqlite;

/// <summary>Connections to one file. There is no pool: opening a file costs less than keeping one open costs those who replace it.</summary>
internal sealed class SqliteDataSource(string path, LoginGate gate) : DbDataSource
{
    public override string ConnectionString => string.Empty;

    protected override DbConnection CreateDbConnection() => new ReadOnlySqliteConnection(path, gate);
}
