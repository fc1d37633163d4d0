using Rekey.Testing;
using Rekey.Testing.Postgres;

namespace Rekey.Mcp.Tests.Databases;

public sealed class RotationTests : DatabaseTest
{
    [Theory, MemberData(nameof(Eras))]
    public async Task A_rotation_between_two_calls_is_not_noticed(string era)
    {
        var (server, login) = await ServerAsync();
        var session = await ServeAsync(era);
        await SelectAsync(session, "select 1 as a");

        await RotateAsync(server, login);
        await server.TerminateAsync(login.Login.UserName); // or the open session would go on

        // What was open ended with the rotation: one call may learn of it, none after it.
        var first = await session.CallAsync("run_select", new { query = "select 1 as a" });
        if (first.IsError is true)
            Assert.Equal("DATABASE_SESSION_ENDED", CodeOf(first));
        await SelectAsync(session, "select 1 as a");
        Assert.Equal(2, login.Fetches);
        Assert.Equal(1, await server.RefusedLoginsAsync(login.Login.UserName));
    }

    [Fact]
    public async Task An_open_session_outlives_the_rotation_of_its_password()
    {
        var (server, login) = await ServerAsync();
        var session = await ServeAsync();
        await SelectAsync(session, "select 1 as a");

        await RotateAsync(server, login);

        await SelectAsync(session, "select 1 as a");
        Assert.Equal(1, login.Fetches);
    }

    [Fact]
    public async Task Refresh_secret_takes_the_new_password_and_says_the_agreed_sentence()
    {
        var (server, login) = await ServerAsync();
        var session = await ServeAsync();
        await SelectAsync(session, "select 1 as a");
        await RotateAsync(server, login);

        Assert.Equal("Secret refreshed and connection re-established.", TextOf(await session.CallAsync("refresh_secret")));
        Assert.Contains("unchanged", TextOf(await session.CallAsync("refresh_secret", new { credential = "orders" })));
        await SelectAsync(session, "select 1 as a");
        Assert.Equal(0, await server.RefusedLoginsAsync(login.Login.UserName));
    }

    [Fact]
    public async Task A_query_that_runs_while_the_secret_is_refreshed_ends_as_it_began()
    {
        var (server, login) = await ServerAsync();
        var session = await ServeAsync();

        var query = session.CallAsync("run_select", new { query = "select pg_sleep(1.5)::text as slept" });
        await Until.True(() => Running(server, login) == 1);
        await RotateAsync(server, login);
        Assert.Equal("Secret refreshed and connection re-established.", TextOf(await session.CallAsync("refresh_secret")));

        Assert.Equal(1, SuccessOf(await query).GetProperty("row_count_total").GetInt32());
    }

    [Fact]
    public async Task A_session_that_the_server_ends_is_told_and_its_query_not_run_again()
    {
        var (server, login) = await ServerAsync("create unlogged table runs (at timestamptz)");
        var session = await ServeAsync();

        var query = session.CallAsync("run_select", new { query = "select pg_sleep(30)::text as slept" });
        await Until.True(() => Running(server, login) == 1);
        await server.TerminateAsync(login.Login.UserName);

        Assert.Equal("DATABASE_SESSION_ENDED", CodeOf(await query));
        Assert.Equal(0, Running(server, login));
    }

    [Fact]
    public async Task A_wrong_password_with_nothing_newer_in_the_store_is_an_error_with_a_next_step()
    {
        var (server, login) = await ServerAsync();
        await server.SetPasswordAsync(login.Login.UserName, PostgresServer.NewPassword());
        var session = await ServeAsync();

        var error = ErrorOf(await session.CallAsync("refresh_secret"));

        Assert.Equal("CREDENTIAL_REJECTED", error.GetProperty("code").GetString());
        Assert.True(error.TryGetProperty("nextStep", out _));
    }

    [Theory, MemberData(nameof(Eras))]
    public async Task A_cancelled_query_ends_on_the_server_too(string era)
    {
        var (server, login) = await ServerAsync();
        var session = await ServeAsync(era);
        using var cancel = new CancellationTokenSource();

        var query = session.CallAsync("run_select", new { query = "select pg_sleep(30)::text as slept" }, cancellationToken: cancel.Token);
        await Until.True(() => Running(server, login) == 1);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        await Until.True(() => Running(server, login) == 0);
        await SelectAsync(session, "select 1 as a");
    }

    [Fact]
    public async Task A_query_inside_the_process_is_cancelled_too()
    {
        await AddSqliteAsync("create table t (a int)");
        var session = await ServeAsync();
        using var cancel = new CancellationTokenSource();
        var query = session.CallAsync(
            "run_select", new { query = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n" }, cancellationToken: cancel.Token);
        // The server reads on while a statement blocks its thread.
        await session.CallAsync("list_credentials", cancellationToken: TestContext.Current.CancellationToken);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        Assert.Equal(0, (await SelectAsync(session, "select a from t")).GetProperty("row_count_total").GetInt32());
    }

    [Theory, MemberData(nameof(Eras))]
    public async Task When_the_client_goes_away_the_server_ends_and_so_does_its_query(string era)
    {
        var (server, login) = await ServerAsync();
        var session = await ServeAsync(era);

        var query = session.Client.CallToolAsync("run_select", new Dictionary<string, object?> { ["query"] = "select pg_sleep(30)::text as slept" });
        await Until.True(() => Running(server, login) == 1);
        await session.HangUpAsync();

        await session.Served.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await Until.True(() => Running(server, login) == 0);
        await session.Client.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => await query);
    }

    private async Task<(PostgresServer Server, LoginSource Login)> ServerAsync(string setup = "select 1") =>
        (await PostgresServer.SharedAsync(), await AddPostgresAsync(setup));

    private async Task RotateAsync(PostgresServer server, LoginSource login)
    {
        var password = Plant(PostgresServer.NewPassword());
        await server.SetPasswordAsync(login.Login.UserName, password.Reveal());
        login.Login = login.Login with { Password = password };
    }

    private static long Running(PostgresServer server, LoginSource login) => (long)server.ScalarAsync(
        $"select count(*) from pg_stat_activity where usename = '{login.Login.UserName}' and state = 'active' and query like '%pg_sleep%'").GetAwaiter().GetResult()!;
}
