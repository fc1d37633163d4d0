using System.Data.Common;
using Rekey.Databases;
using Rekey.Mcp.Databases;
using Rekey.Mcp.Tests.Serving;
using Rekey.Testing;
using Rekey.Testing.Databases;

namespace Rekey.Mcp.Tests.Databases;

public sealed class FailureTests : ServerTest
{
    private readonly LoginSource _source = new(new DatabaseCredential
    {
        Engine = "scripted",
        Database = "d",
        UserName = "reader",
        Password = new Secret("reader-password"),
    });

    [Theory]
    [InlineData(DatabaseFailure.Statement, "DATABASE_STATEMENT_FAILED", false)]
    [InlineData(DatabaseFailure.CredentialRefused, "DATABASE_LOGIN_REFUSED", true)]
    [InlineData(DatabaseFailure.LoginRemoved, "DATABASE_LOGIN_REFUSED", true)]
    [InlineData(DatabaseFailure.PermissionDenied, "DATABASE_PERMISSION_DENIED", false)]
    [InlineData(DatabaseFailure.SessionEnded, "DATABASE_SESSION_ENDED", true)]
    [InlineData(DatabaseFailure.TooManyConnections, "DATABASE_BUSY", true)]
    [InlineData(DatabaseFailure.Unreachable, "DATABASE_UNREACHABLE", true)]
    [InlineData(DatabaseFailure.UnknownDatabase, "DATABASE_NOT_FOUND", false)]
    [InlineData(DatabaseFailure.Timeout, "DATABASE_TIMEOUT", false)]
    [InlineData(DatabaseFailure.ReadOnly, "DATABASE_READ_ONLY", false)]
    public async Task Every_failure_of_an_engine_has_its_code(DatabaseFailure failure, string code, bool isRetryable)
    {
        var engine = Configure(new ScriptedDbException(failure));
        var session = await ServeAsync();

        var error = ErrorOf(await session.CallAsync("run_select", new { query = "select 1" }));

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(isRetryable, error.GetProperty("retryable").GetBoolean());
        Assert.True(error.TryGetProperty("nextStep", out _));
        Assert.Equal(1, engine.Begun); // nothing is run twice
    }

    [Fact]
    public async Task A_login_that_was_removed_is_reported_and_replaced()
    {
        Configure(new ScriptedDbException(DatabaseFailure.LoginRemoved));
        var session = await ServeAsync();

        await session.CallAsync("run_select", new { query = "select 1" });

        await Until.True(() => _source.Fetches == 2);
    }

    [Fact]
    public async Task A_bug_is_told_by_its_type_alone()
    {
        Configure(new InvalidTimeZoneException(Plant("text-of-an-exception").Reveal()));
        var session = await ServeAsync();

        var error = ErrorOf(await session.CallAsync("run_select", new { query = "select 1" }));

        Assert.Equal("INTERNAL_ERROR", error.GetProperty("code").GetString());
        Assert.Contains("InvalidTimeZoneException", error.GetProperty("message").GetString());
        Assert.Contains(LogLines, static line => line.Contains("InvalidTimeZoneException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_bug_too()
    {
        Configure(new OperationCanceledException(Plant("text-of-an-exception").Reveal()));
        var session = await ServeAsync();

        Assert.Equal("INTERNAL_ERROR", CodeOf(await session.CallAsync("run_select", new { query = "select 1" })));
    }

    private FailingEngine Configure(Exception failure)
    {
        var engine = new FailingEngine(failure);
        var credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = _source,
        });
        Registry.Add(credential);
        Databases.Add(new DatabaseBinding(credential, Owned(new RotatingDataSource(credential, engine)), engine, static _ => null));
        return engine;
    }

    /// <summary>Lets everybody in and fails where the work begins.</summary>
    private sealed class FailingEngine : IDatabaseDriver
    {
        private readonly ScriptedDatabase _database = new();
        private readonly Exception _failure;
        private int _begun;

        public FailingEngine(Exception failure)
        {
            _failure = failure;
            _database.SetPassword("reader", "reader-password");
        }

        public int Begun => Volatile.Read(ref _begun);

        public string Engine => _database.Engine;

        public DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate) => _database.CreateDataSource(credential, gate);

        public ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken) =>
            _database.OpenUnpooledAsync(credential, cancellationToken);

        public DatabaseFailure Classify(Exception exception) => _database.Classify(exception);

        public ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _begun);
            return ValueTask.FromException<DbTransaction>(_failure);
        }
    }
}
