using System.Collections.Concurrent;

namespace Rekey.Testing;

/// <summary>A consumer that writes down its part in every swap and checks that the parts come in order.</summary>
public sealed class ScriptedConsumer(string name = "scripted", bool isRequired = true) : ICredentialConsumer<SecretValue>
{
    private int _open;

    public string Name => name;

    public bool IsRequired => isRequired;

    public Func<Lease<SecretValue>, CancellationToken, Task>? OnPrepare { get; set; }

    /// <summary>"prepare 1", "commit 1", "abort 2", "release 1"… with the lease's number.</summary>
    public ConcurrentQueue<string> Story { get; } = new();

    public Lease<SecretValue>? Committed { get; private set; }

    public int OpenPreparations => Volatile.Read(ref _open);

    public async ValueTask<IPreparedLease> PrepareAsync(Lease<SecretValue> lease, CancellationToken cancellationToken)
    {
        Story.Enqueue($"prepare {lease.Number}");
        if (OnPrepare is { } script)
            await script(lease, cancellationToken);
        Interlocked.Increment(ref _open);
        return new Prepared(this, lease);
    }

    public void Release(Lease<SecretValue> lease) => Story.Enqueue($"release {lease.Number}");

    private sealed class Prepared(ScriptedConsumer consumer, Lease<SecretValue> lease) : IPreparedLease
    {
        private int _ended;

        public void Commit()
        {
            End();
            consumer.Committed = lease;
            consumer.Story.Enqueue($"commit {lease.Number}");
        }

        public ValueTask AbortAsync()
        {
            End();
            consumer.Story.Enqueue($"abort {lease.Number}");
            return default;
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0)
                throw new InvalidOperationException("A preparation was ended twice.");
            Interlocked.Decrement(ref consumer._open);
        }
    }
}
