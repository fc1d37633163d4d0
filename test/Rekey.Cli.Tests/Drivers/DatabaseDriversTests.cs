using Microsoft.Data.Sqlite;
using Npgsql;
using Rekey.Cli.Drivers;
using Rekey.Databases;
using Rekey.Testing.Databases;

namespace Rekey.Cli.Tests.Drivers;

public sealed class DatabaseDriversTests
{
    [Fact]
    public void A_catalogue_goes_by_the_name_of_its_engine()
    {
        Assert.Equal("postgres", DatabaseDrivers.All.CatalogFor("postgres")?.Engine);
        Assert.Equal("sqlite", DatabaseDrivers.All.CatalogFor("sqlite")?.Engine);
        Assert.Equal("sqlserver", DatabaseDrivers.All.CatalogFor("sqlserver")?.Engine);
        Assert.Null(DatabaseDrivers.All.CatalogFor("oracle"));
    }

    [Fact]
    public async Task An_engine_without_a_driver_is_named_with_those_that_have_one()
    {
        var login = new DatabaseCredential { Engine = "oracle", Database = "orders" };

        var error = (await Assert.ThrowsAsync<CredentialException>(async () => await DatabaseDrivers.All.OpenUnpooledAsync(login, CancellationToken.None))).Error;

        Assert.Equal("ENGINE_NOT_SUPPORTED", error.Code);
        Assert.Contains("'oracle'", error.Message, StringComparison.Ordinal);
        Assert.Contains("postgres, sqlite, sqlserver", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_driver_knows_its_own_exceptions()
    {
        Assert.Equal(DatabaseFailure.CredentialRefused, DatabaseDrivers.All.Classify(new PostgresException("x", "FATAL", "FATAL", "28P01")));
        Assert.Equal(DatabaseFailure.ReadOnly, DatabaseDrivers.All.Classify(new SqliteException("x", 8)));
        Assert.Equal(DatabaseFailure.CredentialRefused, DatabaseDrivers.All.Classify(new LoginClosedException()));
        Assert.Equal(DatabaseFailure.Statement, DatabaseDrivers.All.Classify(new InvalidOperationException()));
    }

    [Fact]
    public async Task A_connection_of_somebody_else_is_not_taken()
    {
        await using var connection = new ScriptedConnection(static () => { }, static () => { }) { Login = new DatabaseCredential { Engine = "postgres", Database = "orders" } };

        await Assert.ThrowsAsync<ArgumentException>(async () => await DatabaseDrivers.All.BeginReadOnlyAsync(connection, TimeSpan.FromSeconds(1), CancellationToken.None));
    }
}
