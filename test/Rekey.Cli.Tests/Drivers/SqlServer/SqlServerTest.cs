using System.Data.Common;
using Rekey.Cli.Drivers.SqlServer;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Tds;

namespace Rekey.Cli.Tests.Drivers.SqlServer;

/// <summary>A test of the real driver on a server of its own, which speaks the protocol and knows no SQL.</summary>
public abstract class SqlServerTest : LeakCheckedTest
{
    private static int _passwords;

    protected TdsServer Server { get; } = new();

    internal static SqlServerDriver Driver { get; } = new();

    public override async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A login that the server knows.</summary>
    protected DatabaseCredential NewLogin(string user = "reader", bool encrypt = false)
    {
        var login = new DatabaseCredential
        {
            Engine = "sqlserver",
            Host = "127.0.0.1",
            Port = Server.Port,
            Database = "shop",
            UserName = user,
            Password = NewPassword(),
            Encrypt = encrypt,
        };
        Server.SetPassword(user, login.Password.Reveal());
        return login;
    }

    protected Secret NewPassword() => Plant($"correct-horse-{Interlocked.Increment(ref _passwords)}-battery");

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
}
