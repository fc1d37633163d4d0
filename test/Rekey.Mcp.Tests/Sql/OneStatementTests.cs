using System.Data;
using Microsoft.Data.Sqlite;
using Npgsql;
using Rekey.Mcp.Sql;
using Rekey.Testing.Postgres;

namespace Rekey.Mcp.Tests.Sql;

/// <summary>The guard before it is courtesy: what it lets through by mistake must still be one statement to the server.</summary>
public sealed class OneStatementTests
{
    [Theory]
    [InlineData("select 1; commit; create temp table t (a int)")]
    [InlineData("select 1;;commit")]
    [InlineData("commit; select 1")]
    public async Task The_server_refuses_a_second_statement_and_the_transaction_goes_on(string sql)
    {
        var server = await PostgresServer.SharedAsync();
        await using var connection = new NpgsqlConnection(server.AdminConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var statement = new OneStatement(connection, transaction, sql, TimeSpan.FromSeconds(5));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => statement.ExecuteAsync(CommandBehavior.Default, CancellationToken.None));

        Assert.Equal("42601", refused.SqlState);
        await using var after = new NpgsqlCommand("select 1", connection);
        Assert.Equal("25P02", (await Assert.ThrowsAsync<PostgresException>(() => after.ExecuteScalarAsync())).SqlState); // it is still the failed one
    }

    [Fact]
    public async Task Parameters_go_by_their_names_with_and_without_batches()
    {
        var server = await PostgresServer.SharedAsync();
        await using var postgres = new NpgsqlConnection(server.AdminConnectionString);
        await using var sqlite = new SqliteConnection("Data Source=:memory:");
        foreach (var connection in new System.Data.Common.DbConnection[] { postgres, sqlite })
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var statement = new OneStatement(connection, transaction, "select @b, @a, @b;", TimeSpan.FromSeconds(5));
            statement.Add("@a", "one");
            statement.Add("@b", null);

            await using var reader = await statement.ExecuteAsync(CommandBehavior.Default, CancellationToken.None);

            Assert.True(await reader.ReadAsync());
            Assert.True(reader.IsDBNull(0) && reader.IsDBNull(2));
            Assert.Equal("one", reader.GetString(1));
        }
    }
}
