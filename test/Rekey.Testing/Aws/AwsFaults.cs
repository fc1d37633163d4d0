using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>
/// What goes wrong at a server, operation by operation: faults that come once each, in order, and standing ones. A reply of one's own comes
/// instead of the work; a fault of the wire comes after it.
/// </summary>
public sealed class AwsFaults
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<Fault>> _once = [];
    private readonly Dictionary<string, Fault> _standing = [];

    private delegate HttpReply Fault(Func<HttpReply> work, Func<AwsException, HttpReply> render);

    public void Once(string operation, HttpReply reply) => Add(operation, (_, _) => reply);

    public void Once(string operation, AwsException failure) => Add(operation, (_, render) => render(failure));

    public void Once(string operation, WireFault fault) => Add(operation, (work, _) => work() with { Fault = fault });

    public void Always(string operation, HttpReply reply) => Set(operation, (_, _) => reply);

    public void Always(string operation, AwsException failure) => Set(operation, (_, render) => render(failure));

    public void Always(string operation, WireFault fault) => Set(operation, (work, _) => work() with { Fault = fault });

    /// <summary>Forgets every fault of the operation.</summary>
    public void End(string operation)
    {
        lock (_gate)
        {
            _once.Remove(operation);
            _standing.Remove(operation);
        }
    }

    internal HttpReply Apply(string operation, Func<HttpReply> work, Func<AwsException, HttpReply> render) =>
        Next(operation) is { } fault ? fault(work, render) : work();

    private Fault? Next(string operation)
    {
        lock (_gate)
            return _once.TryGetValue(operation, out var queue) && queue.TryDequeue(out var fault) ? fault : _standing.GetValueOrDefault(operation);
    }

    private void Add(string operation, Fault fault)
    {
        lock (_gate)
        {
            if (!_once.TryGetValue(operation, out var queue))
                _once[operation] = queue = new Queue<Fault>();
            queue.Enqueue(fault);
        }
    }

    private void Set(string operation, Fault fault)
    {
        lock (_gate)
            _standing[operation] = fault;
    }
}
