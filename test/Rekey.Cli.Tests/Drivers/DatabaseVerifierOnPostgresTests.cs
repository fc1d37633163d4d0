using Rekey.Cli.Drivers;
using Rekey.Cli.Tests.Drivers.Postgres;
using Rekey.Databases;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Drivers;

/// <summary>What an operator is told about a login that cannot be used: the reason, not only that there is one.</summary>
public sealed class DatabaseVerifierOnPostgresTests : PostgresTest
{
    private async Task<CredentialError> ErrorOfAsync(DatabaseCredential login)
    {
        await using var credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = new LoginSource(login),
            Verifier = DatabaseVerifier.For(DatabaseDrivers.All),
            Policy = new RefreshPolicy { VerifyAttempts = 1 },
            Logger = Logger,
        });
        var error = Assert.IsType<RefreshResult.Failed>(await credential.RefreshAsync(RefreshTrigger.Manual)).Error;
        Observe(error.ToString());
        return error;
    }

    [Fact]
    public async Task A_good_login_is_accepted()
    {
        var verification = await DatabaseVerifier.For(DatabaseDrivers.All)(await NewLoginAsync(), CancellationToken.None);

        Assert.Equal(VerificationOutcome.Accepted, verification.Outcome);
    }

    [Fact]
    public async Task A_refused_password_says_so() =>
        Assert.Equal("CREDENTIAL_REJECTED", (await ErrorOfAsync(await NewLoginAsync() with { Password = Plant("not the password") })).Code);

    [Fact]
    public async Task A_database_that_does_not_exist_is_named()
    {
        var error = await ErrorOfAsync(await NewLoginAsync("no_such_database"));

        Assert.Equal("DATABASE_NOT_FOUND", error.Code);
        Assert.Contains("'no_such_database'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_the_login_may_not_enter_is_named()
    {
        var login = await NewLoginAsync(PostgresServer.NewName("closed"));
        await Server.CreateDatabaseAsync(login.Database);
        await Server.ExecuteAsync($"revoke connect on database {login.Database} from public");

        var error = await ErrorOfAsync(login);

        Assert.Equal("DATABASE_ACCESS_DENIED", error.Code);
        Assert.Contains($"'{login.Database}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_without_a_driver_is_named() =>
        Assert.Equal("ENGINE_NOT_SUPPORTED", (await ErrorOfAsync(await NewLoginAsync() with { Engine = "oracle" })).Code);

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable() =>
        Assert.Equal("SERVICE_UNREACHABLE", (await ErrorOfAsync(await NewLoginAsync() with { Host = "nowhere.invalid" })).Code);
}
