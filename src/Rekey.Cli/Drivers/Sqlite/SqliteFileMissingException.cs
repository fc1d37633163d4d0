using System.Data.Common;

namespace Rekey.Cli.Drivers.Sqlite;

/// <summary>There is no file where the database should be.</summary>
internal sealed class SqliteFileMissingException(string path) : DbException($"There is no file '{path}'.");
