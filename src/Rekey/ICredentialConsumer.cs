namespace Rekey;

/// <summary>
/// Something that is built on a lease and takes part in its swap: a pool, a child process. A lease is published when every
/// required consumer has prepared for it.
/// </summary>
/// <typeparam name="TCredential">What the lease carries.</typeparam>
public interface ICredentialConsumer<TCredential>
    where TCredential : class, ICredential
{
    /// <summary>How the consumer is called in messages.</summary>
    string Name { get; }

    /// <summary>Whether a swap waits for it. An optional consumer that cannot prepare is left on its old lease.</summary>
    bool IsRequired { get; }

    /// <summary>
    /// Gets ready for a lease without letting anybody see it. Also called for a lease that was active before, when it comes
    /// back in a rollback. Throws when it cannot.
    /// </summary>
    ValueTask<IPreparedLease> PrepareAsync(Lease<TCredential> lease, CancellationToken cancellationToken);

    /// <summary>The lease will not come back: drain what stands on it, then let go of it.</summary>
    void Release(Lease<TCredential> lease);
}

/// <summary>A consumer that is ready for a lease. Exactly one of the two is called.</summary>
public interface IPreparedLease
{
    /// <summary>The lease is published: use it from now on. Does not throw and does not wait.</summary>
    void Commit();

    /// <summary>The lease is not published after all: undo the preparation.</summary>
    ValueTask AbortAsync();
}
