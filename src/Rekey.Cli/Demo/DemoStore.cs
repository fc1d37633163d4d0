using Rekey.Databases;

namespace Rekey.Cli.Demo;

/// <summary>The secret store of the demo: returns one login at a time, as slowly as a store over a network.</summary>
internal sealed class DemoStore(TimeProvider time, Func<string, CancellationToken, Task> removeUser) : CredentialSource<DatabaseCredential>
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);
    private volatile Entry? _current;
    private int _fetches;

    public override string Reference => "demo://store";

    public override bool CanRevoke => true;

    public int Fetches => Volatile.Read(ref _fetches);

    public DatabaseCredential Current => _current!.Login;

    /// <summary>What the store returns from now on. An issued login is removed when its last user has let go of it.</summary>
    public void Put(DatabaseCredential login, bool isIssued = false) => _current = new Entry(login, isIssued);

    public override async ValueTask<SourceAnswer<DatabaseCredential>> FetchAsync(
        FetchRequest<DatabaseCredential> request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _fetches);
        await Task.Delay(Latency, time, cancellationToken).ConfigureAwait(false);
        var (login, isIssued) = _current!;
        return new SourceAnswer<DatabaseCredential>(login) { LeaseId = isIssued ? login.UserName : null };
    }

    public override async ValueTask RevokeAsync(Lease<DatabaseCredential> lease, CancellationToken cancellationToken) =>
        await removeUser(lease.Credential.UserName, cancellationToken).ConfigureAwait(false);

    private sealed record Entry(DatabaseCredential Login, bool IsIssued);
}
