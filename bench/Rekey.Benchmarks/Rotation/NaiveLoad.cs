using System.Data.Common;
using Npgsql;
using Rekey.Cli.Demo;
using Rekey.Cli.Tests.Load;
using Rekey.Databases;

namespace Rekey.Benchmarks.Rotation;

/// <summary>What a way of using a rotated login needs to know of where it plays.</summary>
/// <param name="Driver">How the database is spoken to.</param>
/// <param name="Fetch">Asks the store, as Rekey does.</param>
/// <param name="EndIssued">Removes a login that its issuer made for one use; does nothing to the others.</param>
internal sealed record RotatedLogin(IDatabaseDriver Driver, Func<CancellationToken, Task<DatabaseCredential>> Fetch, Func<string, Task> EndIssued)
{
    /// <summary>The login that a source keeps.</summary>
    public static RotatedLogin Of(IDatabaseDriver driver, CredentialSource<DatabaseCredential> source, Func<string, Task>? endIssued = null) => new(
        driver,
        async token => (await source.FetchAsync(new FetchRequest<DatabaseCredential>(RefreshTrigger.Rotation, null), token)).Credential,
        endIssued ?? (static _ => Task.CompletedTask));
}

/// <summary>The same work on a pool that is handled in one of the usual ways.</summary>
internal abstract class NaiveLoad(RotatedLogin login) : ILoad
{
    private DatabaseCredential? _held;

    protected IDatabaseDriver Driver => login.Driver;

    public abstract Task BeginAsync(CancellationToken cancellationToken);

    public abstract Task HearOfRotationAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    public async Task<string?> WorkAsync(int turn)
    {
        try
        {
            await using var connection = await OpenAsync();
            await MixedWork.RunAsync(connection, turn);
            return null;
        }
        catch (DbException e)
        {
            return Driver.Classify(e).ToString();
        }
        catch (InvalidOperationException e)
        {
            return e.GetType().Name;
        }
    }

    protected abstract ValueTask<DbConnection> OpenAsync();

    protected Task<DatabaseCredential> FetchAsync(CancellationToken cancellationToken) => login.Fetch(cancellationToken);

    /// <summary>The old login ends when the new one is in use: an issuer does not wait for a pool to drain.</summary>
    protected async Task EndOldAsync(DatabaseCredential current)
    {
        var old = _held;
        _held = current;
        if (old is not null && old.UserName != current.UserName)
            await login.EndIssued(old.UserName);
    }
}

/// <summary>Close the pool, drop it, fetch, build it again.</summary>
internal sealed class CloseThenFetch(RotatedLogin login) : NaiveLoad(login)
{
    private volatile DbDataSource? _pool;

    public override async Task BeginAsync(CancellationToken cancellationToken) => await BuildAsync(cancellationToken);

    public override async Task HearOfRotationAsync(CancellationToken cancellationToken)
    {
        var old = _pool;
        _pool = null;
        await old!.DisposeAsync();
        await BuildAsync(cancellationToken);
    }

    public override ValueTask DisposeAsync() => _pool?.DisposeAsync() ?? default;

    protected override ValueTask<DbConnection> OpenAsync() => (_pool ?? throw new InvalidOperationException("no pool")).OpenConnectionAsync();

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var fetched = await FetchAsync(cancellationToken);
        _pool = Driver.CreateDataSource(fetched, LoginGate.AlwaysOpen);
        await EndOldAsync(fetched);
    }
}

/// <summary>At half of the lease: fetch, wait until the old pool is empty while it takes nobody in, build a new one.</summary>
internal sealed class EndThenRecreate(RotatedLogin login) : NaiveLoad(login)
{
    private readonly HashSet<DbConnection> _out = [];
    private volatile DbDataSource? _pool;
    private volatile bool _isEnding;

    public override async Task BeginAsync(CancellationToken cancellationToken) => await BuildAsync(cancellationToken);

    public override async Task HearOfRotationAsync(CancellationToken cancellationToken)
    {
        var old = _pool;
        _isEnding = true;
        while (Busy > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
        await old!.DisposeAsync();
        await BuildAsync(cancellationToken);
        _isEnding = false;
    }

    public override ValueTask DisposeAsync() => _pool?.DisposeAsync() ?? default;

    protected override async ValueTask<DbConnection> OpenAsync()
    {
        if (_isEnding)
            throw new InvalidOperationException("the pool has ended");
        var connection = await _pool!.OpenConnectionAsync();
        lock (_out)
            _out.Add(connection);
        connection.StateChange += (sender, e) =>
        {
            lock (_out)
            {
                if (e.CurrentState is System.Data.ConnectionState.Closed)
                    _out.Remove((DbConnection)sender);
            }
        };
        return connection;
    }

    private int Busy
    {
        get
        {
            lock (_out)
                return _out.Count;
        }
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var fetched = await FetchAsync(cancellationToken);
        _pool = Driver.CreateDataSource(fetched, LoginGate.AlwaysOpen);
        await EndOldAsync(fetched);
    }
}

/// <summary>The driver's periodic password provider. It can change a password, and no user name.</summary>
internal sealed class PeriodicProvider(RotatedLogin login) : NaiveLoad(login)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private NpgsqlDataSource? _pool;
    private volatile DatabaseCredential? _last;

    public override async Task BeginAsync(CancellationToken cancellationToken)
    {
        var first = await FetchAsync(cancellationToken);
        await EndOldAsync(first);
        var builder = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder
        {
            Host = first.Host,
            Port = first.Port,
            Database = first.Database,
            Username = first.UserName,
            SslMode = SslMode.Disable,
            MaxPoolSize = 16,
        }.ConnectionString);
        builder.UsePeriodicPasswordProvider(async (_, token) => (_last = await FetchAsync(token)).Password.Reveal(), Period, Period);
        _pool = builder.Build();
    }

    public override async Task HearOfRotationAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Period, TimeProvider.System, cancellationToken); // its timer hears of it
        if (_last is { } last)
            await EndOldAsync(last);
    }

    public override ValueTask DisposeAsync() => _pool?.DisposeAsync() ?? default;

    protected override async ValueTask<DbConnection> OpenAsync() => await _pool!.OpenConnectionAsync();
}
