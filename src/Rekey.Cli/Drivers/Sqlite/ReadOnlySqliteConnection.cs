using Microsoft.Data.Sqlite;
using Rekey.Databases;
using SQLitePCL;

namespace Rekey.Cli.Drivers.Sqlite;

/// <summary>A connection through which one existing file is read and nothing else is touched.</summary>
internal sealed class ReadOnlySqliteConnection : SqliteConnection
{
    private const int LongestValue = 64 << 20;
    private const int LockSeconds = 2;

    private readonly string _path;
    private readonly LoginGate? _gate;

    public ReadOnlySqliteConnection(string path, LoginGate? gate)
    {
        // A whole path is never taken for a URI, a name in memory or a placeholder.
        _path = Path.GetFullPath(path);
        _gate = gate;
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = LockSeconds,
        }.ConnectionString;
    }

    public override void Open()
    {
        _gate?.ThrowIfClosed();
        if (!File.Exists(_path))
            throw new SqliteFileMissingException(_path);
        base.Open();
        try
        {
            Restrict();
        }
        catch
        {
            Close();
            throw;
        }
    }

    private void Restrict()
    {
        // ATTACH would read any other file of this machine, and VACUUM INTO would write one.
        raw.sqlite3_limit(Handle, raw.SQLITE_LIMIT_ATTACHED, 0);
        // A SELECT can ask for a value of any length.
        raw.sqlite3_limit(Handle, raw.SQLITE_LIMIT_LENGTH, LongestValue);
        using var command = CreateCommand();
        // The file's own views and triggers are not trusted with functions that reach outside. The last one reads the file: it may be none.
        command.CommandText = "pragma query_only = on; pragma trusted_schema = off; pragma schema_version";
        command.ExecuteNonQuery();
    }
}
