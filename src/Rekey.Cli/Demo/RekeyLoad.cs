using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Rekey.Databases;
using Rekey.Mcp;
using Rekey.Mcp.Databases;
using Rekey.Redaction;

namespace Rekey.Cli.Demo;

/// <summary>The whole product: an MCP client asks the MCP server, which reads through a pool that follows the credential.</summary>
internal sealed class RekeyLoad : ILoad
{
    private readonly DemoStage _stage;
    private readonly SecretRedactor _redactor;
    private readonly CredentialRegistry _registry = new();
    private readonly ManagedCredential<DatabaseCredential> _credential;
    private readonly RotatingDataSource _pool;
    private readonly DatabaseBinding _binding;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private McpClient? _client;

    public RekeyLoad(DemoStage stage, SecretRedactor redactor, TimeProvider time)
    {
        _stage = stage;
        _redactor = redactor;
        _credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = stage.Store,
            Verifier = DatabaseVerifier.For(stage.Driver),
            Secrets = redactor,
            Time = time,
            // A day of rotations in some seconds: the pace that protects a store from a looping agent would hold the demo up.
            Policy = new RefreshPolicy { PaceInterval = TimeSpan.FromMilliseconds(50), PaceBurst = 20 },
        });
        _registry.Add(_credential);
        _pool = new RotatingDataSource(_credential, stage.Driver);
        _binding = new DatabaseBinding(_credential, _pool, stage.Driver, _ => stage.Catalog);
    }

    /// <summary>How it ended: leases, pools and connections that had to be cut.</summary>
    public string Account =>
        $"{_credential.Status.Issued} leases issued, {_credential.Status.Ended} ended, {_pool.Generations} pools left, {_pool.ForcedCloses} connections cut";

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var (up, down) = (new Pipe(), new Pipe());
        var server = RekeyServer.RunAsync(
            new RekeyServerOptions { Registry = _registry, Redactor = _redactor, Databases = [_binding], Version = Surroundings.Version },
            up.Reader.AsStream(), down.Writer.AsStream(), _stop.Token);
        _running = Task.WhenAll(server, new CredentialRefresher(_registry, _credential.Time).RunAsync(_stop.Token));
        _client = await McpClient.CreateAsync(
            new StreamClientTransport(up.Writer.AsStream(), down.Reader.AsStream(), NullLoggerFactory.Instance),
            cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    public async Task<string?> WorkAsync(int turn)
    {
        var result = await CallAsync(_stage.Queries[turn % _stage.Queries.Count], CancellationToken.None).ConfigureAwait(false);
        return result.IsError is true ? CodeOf(result) : null;
    }

    /// <summary>The text of an answer, as an agent reads it.</summary>
    public async Task<string> ReadAsync(string sql, CancellationToken cancellationToken) =>
        TextOf(await CallAsync(sql, cancellationToken).ConfigureAwait(false));

    public async Task HearOfRotationAsync(CancellationToken cancellationToken) =>
        await _credential.RefreshAsync(RefreshTrigger.Rotation, cancellationToken).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _pool.DisposeAsync().ConfigureAwait(false);
        await _credential.DisposeAsync().ConfigureAwait(false);
    }

    private ValueTask<CallToolResult> CallAsync(string sql, CancellationToken cancellationToken) =>
        _client!.CallToolAsync("run_select", new Dictionary<string, object?> { ["query"] = sql }, cancellationToken: cancellationToken);

    private static string TextOf(CallToolResult result) =>
        string.Concat(result.Content.OfType<TextContentBlock>().Select(static block => block.Text));

    // "[CODE] what happened"
    private static string CodeOf(CallToolResult result) =>
        TextOf(result) is ['[', ..] text && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end ? text[1..end] : "ERROR";
}
