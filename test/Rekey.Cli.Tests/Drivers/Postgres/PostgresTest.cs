using System.Data.Common;
using Rekey.Cli.Drivers.Postgres;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Drivers.Postgres;

/// <summary>A test on the real server, with roles that nobody else uses.</summary>
public abstract class PostgresTest : LeakCheckedTest
{
    protected PostgresServer Server { get; private set; } = null!;

    internal static PostgresDriver Driver { get; } = new();

    public override async ValueTask InitializeAsync()
    {
        Server = await PostgresServer.SharedAsync();
        await base.InitializeAsync();
    }

    /// <summary>A role that exists and the credential for it.</summary>
    protected async Task<DatabaseCredential> NewLoginAsync(string database = "postgres")
    {
        var login = new DatabaseCredential
        {
            Engine = "postgres",
            Host = Server.Host,
            Port = Server.Port,
            Database = database,
            UserName = PostgresServer.NewName("role"),
            Password = Plant(PostgresServer.NewPassword()),
        };
        await Server.CreateRoleAsync(login.UserName, login.Password.Reveal());
        return login;
    }

    internal static async Task<object?> ScalarAsync(DbConnection connection, string sql, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>What the driver makes of a failure; its whole text is watched for leaks.</summary>
    internal async Task<DatabaseFailure> FailureOf(Func<Task> act) => Driver.Classify(Observe(await Assert.ThrowsAnyAsync<Exception>(act)));

    internal Task<DatabaseFailure> FailureOfLogin(DatabaseCredential login) => FailureOf(async () =>
    {
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
    });

    /// <summary>What comes of a statement in a session of the login that <paramref name="meanwhile"/> happens to.</summary>
    internal async Task<DatabaseFailure> FailureOfQuery(DatabaseCredential login, string sql, Func<Task>? meanwhile = null)
    {
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        if (meanwhile is not null)
            await meanwhile();
        return await FailureOf(() => ScalarAsync(connection, sql));
    }
}
