using System.Data.Common;
using Rekey.Mcp.Results;
using Rekey.Mcp.Sql;

namespace Rekey.Mcp.Databases;

/// <summary>One connection in its read-only transaction, with what is known of its engine.</summary>
internal sealed class ReadOnlySession(DbConnection connection, DbTransaction transaction, string engine, IDatabaseCatalog? catalog, TimeSpan statementLimit)
{
    // The engine ends the statement; the driver's own limit is for a server that no longer answers.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The catalogue. Throws for an engine that has none.</summary>
    public IDatabaseCatalog CatalogFor(string tool) => catalog ?? throw NotSupported(tool);

    /// <summary>The answer of a catalogue. Throws for a question that the engine has no answer to.</summary>
    public Task<RowPage> AskAsync(string tool, CatalogQuery query, string? schema, string? name, RowReader reader, CancellationToken cancellationToken)
    {
        var sql = CatalogFor(tool).Sql(query) ?? throw NotSupported(tool);
        (string, string?)[] parameters = query switch
        {
            CatalogQuery.Schemas => [],
            CatalogQuery.Tables or CatalogQuery.Views or CatalogQuery.Procedures => [("@schema", schema)],
            _ => [("@schema", schema), ("@name", name)],
        };
        return QueryAsync(sql, parameters, reader, cancellationToken);
    }

    /// <summary>Whether a table or view exists: it does when it has columns.</summary>
    public async Task<bool> HasTableAsync(string tool, string schema, string table, CellWriter cells, CancellationToken cancellationToken)
    {
        var columns = await AskAsync(tool, CatalogQuery.Columns, schema, table, new RowReader(maxRows: 1, cells), cancellationToken).ConfigureAwait(false);
        return columns.Count > 0;
    }

    /// <summary>Runs a statement and reads the first of its rows.</summary>
    public async Task<RowPage> QueryAsync(
        string sql, IReadOnlyList<(string Name, string? Value)> parameters, RowReader reader, CancellationToken cancellationToken)
    {
        var statement = new OneStatement(connection, transaction, sql, statementLimit + Grace);
        await using (statement.ConfigureAwait(false))
        {
            foreach (var (name, value) in parameters)
                statement.Add(name, value);
            return await reader.ReadAsync(statement, catalog?.StreamsValues ?? false, cancellationToken).ConfigureAwait(false);
        }
    }

    private CredentialException NotSupported(string tool) => new(DatabaseToolErrors.NotSupported(engine, tool));
}
