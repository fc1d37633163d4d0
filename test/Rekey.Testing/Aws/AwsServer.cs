using System.Collections.Concurrent;
using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>An endpoint of AWS on loopback: it records each call, lets the scripted faults happen and checks the signature.</summary>
public abstract class AwsServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<AwsCall> _calls = new();
    private readonly SignatureVerifier _signatures;
    private readonly LoopbackHttpServer _http;

    protected AwsServer(AwsAccount account, string service)
    {
        Account = account;
        Service = service;
        _signatures = new SignatureVerifier(account, service);
        _http = new LoopbackHttpServer(AnswerAsync, account.Time);
    }

    public AwsAccount Account { get; }

    /// <summary>The name of the service in signatures.</summary>
    public string Service { get; }

    /// <summary>What an endpoint override takes.</summary>
    public Uri Address => _http.Address;

    /// <summary>How many connections were accepted.</summary>
    public int Connections => _http.Connections;

    public IReadOnlyCollection<AwsCall> Calls => _calls;

    public AwsFaults Faults { get; } = new();

    /// <summary>Runs inside each call before it is answered: wait, count, change the world.</summary>
    public Func<AwsCall, CancellationToken, Task>? OnCall { get; set; }

    /// <summary>How many calls of an operation there were.</summary>
    public int Count(string operation) => _calls.Count(c => c.Operation == operation);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _http.DisposeAsync();
    }

    /// <summary>What is asked, without any value.</summary>
    protected abstract AwsCall Read(HttpCall call);

    /// <summary>Does the work. <paramref name="caller"/> proves the signature when it is called.</summary>
    protected abstract HttpReply Answer(AwsCall asked, HttpCall call, Func<Principal> caller);

    protected abstract HttpReply Render(AwsException failure);

    private async Task<HttpReply> AnswerAsync(HttpCall call, CancellationToken cancellationToken)
    {
        var asked = Read(call);
        _calls.Enqueue(asked);
        if (OnCall is { } script)
            await script(asked, cancellationToken);
        return Faults.Apply(asked.Operation, () => Work(asked, call), Render);
    }

    private HttpReply Work(AwsCall asked, HttpCall call)
    {
        try
        {
            return Answer(asked, call, () => _signatures.Verify(call));
        }
        catch (AwsException failure)
        {
            return Render(failure);
        }
    }
}
