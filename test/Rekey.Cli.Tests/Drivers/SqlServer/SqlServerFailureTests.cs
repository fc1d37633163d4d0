using Rekey.Cli.Drivers;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Tds;

namespace Rekey.Cli.Tests.Drivers.SqlServer;

/// <summary>What each way to fail means, told by what the real driver throws.</summary>
public sealed class SqlServerFailureTests : SqlServerTest
{
    [Theory]
    [InlineData(TdsAccountState.Disabled)]
    [InlineData(TdsAccountState.Locked)]
    [InlineData(TdsAccountState.Expired)]
    [InlineData(TdsAccountState.MustChange)]
    public async Task A_login_that_may_not_enter_is_refused_and_presented_once(TdsAccountState state)
    {
        var login = NewLogin();
        Server.SetState(login.UserName, state);

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login));

        Assert.Equal(1, Server.RefusedLogins(login.UserName));
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_presented_once_and_the_right_one_is_let_in()
    {
        var login = NewLogin();

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login with { Password = NewPassword() }));
        Assert.Equal(1, Server.RefusedLogins(login.UserName));

        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        Assert.Equal(1, await ScalarAsync(connection, "select 1"));
    }

    [Fact]
    public async Task A_user_that_does_not_exist_is_refused() =>
        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(NewLogin() with { UserName = "nobody" }));

    [Fact]
    public async Task A_database_that_does_not_exist_is_no_refusal_of_the_login()
    {
        Server.Databases.Add("shop");

        Assert.Equal(DatabaseFailure.UnknownDatabase, await FailureOfLogin(NewLogin() with { Database = "stop" }));
    }

    [Fact]
    public async Task A_full_server_is_full()
    {
        Server.Capacity = 0;

        Assert.Equal(DatabaseFailure.TooManyConnections, await FailureOfLogin(NewLogin()));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        var login = NewLogin();
        await Server.DisposeAsync();

        Assert.Equal(DatabaseFailure.Unreachable, await FailureOfLogin(login));
    }

    [Theory]
    [InlineData(229, 14, DatabaseFailure.PermissionDenied)]
    [InlineData(230, 14, DatabaseFailure.PermissionDenied)]
    [InlineData(262, 14, DatabaseFailure.PermissionDenied)]
    [InlineData(297, 16, DatabaseFailure.PermissionDenied)]
    [InlineData(300, 14, DatabaseFailure.PermissionDenied)]
    [InlineData(916, 14, DatabaseFailure.PermissionDenied)]
    [InlineData(102, 15, DatabaseFailure.Statement)]
    [InlineData(207, 16, DatabaseFailure.Statement)]
    [InlineData(208, 16, DatabaseFailure.Statement)]
    [InlineData(245, 16, DatabaseFailure.Statement)]
    [InlineData(8134, 16, DatabaseFailure.Statement)]
    [InlineData(1205, 13, DatabaseFailure.Statement)]
    [InlineData(1222, 16, DatabaseFailure.Timeout)]
    [InlineData(3906, 16, DatabaseFailure.ReadOnly)]
    [InlineData(10928, 16, DatabaseFailure.TooManyConnections)]
    [InlineData(10929, 16, DatabaseFailure.TooManyConnections)]
    [InlineData(596, 21, DatabaseFailure.SessionEnded)]
    [InlineData(6005, 14, DatabaseFailure.SessionEnded)]
    [InlineData(824, 24, DatabaseFailure.SessionEnded)]
    public async Task An_error_of_a_statement_goes_by_its_number(int number, int severity, DatabaseFailure expected)
    {
        Server.On("^select it$", new TdsFault(number, severity));
        await using var connection = await Driver.OpenUnpooledAsync(NewLogin(), CancellationToken.None);

        Assert.Equal(expected, await FailureOf(() => ScalarAsync(connection, "select it")));
    }

    [Fact]
    public async Task A_session_that_is_killed_between_two_statements_has_ended()
    {
        var login = NewLogin();
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        Assert.Equal(1, Server.Kill(login.UserName));

        Assert.Equal(DatabaseFailure.SessionEnded, await FailureOf(() => ScalarAsync(connection, "select 1")));
    }

    [Fact]
    public async Task A_session_that_is_killed_within_a_statement_has_ended()
    {
        var login = NewLogin();
        Server.On("^select slowly$", SilentlyAsync);
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        var failure = FailureOf(() => ScalarAsync(connection, "select slowly"));
        await Until.True(() => Server.Journal.Any(static j => j.What == "select slowly"));

        Server.Kill(login.UserName);

        Assert.Equal(DatabaseFailure.SessionEnded, await failure);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_stopped_at_the_server_and_the_session_lives_on()
    {
        Server.On("^select slowly$", SilentlyAsync);
        await using var connection = await Driver.OpenUnpooledAsync(NewLogin(), CancellationToken.None);

        Assert.Equal(DatabaseFailure.Timeout, await FailureOf(async () =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "select slowly";
            command.CommandTimeout = 1;
            await command.ExecuteScalarAsync();
        }));

        Assert.Equal(1, Server.CancelledStatements);
        Assert.Equal(1, await ScalarAsync(connection, "select 1"));
    }

    [Fact]
    public async Task What_is_not_of_this_engine_is_left_to_the_others()
    {
        Assert.Equal(DatabaseFailure.CredentialRefused, DatabaseDrivers.All.Classify(Observe(await Assert.ThrowsAnyAsync<Exception>(async () =>
            await DatabaseDrivers.All.OpenUnpooledAsync(NewLogin() with { Password = NewPassword() }, CancellationToken.None)))));
        Assert.Equal(DatabaseFailure.Statement, Driver.Classify(new InvalidOperationException()));
        Assert.Equal(DatabaseFailure.CredentialRefused, Driver.Classify(new LoginClosedException()));
    }

    private static async Task<TdsAnswer> SilentlyAsync(TdsRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return new TdsDone();
    }
}
