namespace Rekey.Databases;

/// <summary>
/// Stands before every physical login of a pool. Once the server has refused the lease, no further login is tried with it:
/// connections that are open keep working, and no account is locked by an old password presented again and again.
/// </summary>
public sealed class LoginGate
{
    private readonly Lease? _lease;

    internal LoginGate(Lease? lease) => _lease = lease;

    /// <summary>For a pool that stands on no lease.</summary>
    public static LoginGate AlwaysOpen { get; } = new(lease: null);

    /// <summary>Whether the lease is refused. It opens again when the server takes the lease after all.</summary>
    public bool IsClosed => _lease is { IsRejected: true };

    /// <summary>Throws <see cref="LoginClosedException"/> while the lease is refused.</summary>
    public void ThrowIfClosed()
    {
        if (IsClosed)
            throw new LoginClosedException();
    }
}

/// <summary>A pool wanted a new connection while its login is refused.</summary>
public sealed class LoginClosedException() : Exception("The login is refused; no further one is tried with it.");
