using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Doors;
using Rekey.Mcp.Tools;
using Rekey.Redaction;

namespace Rekey.Mcp;

/// <summary>The MCP server over a pair of streams. It keeps no state of a session: any number of them may run in one process.</summary>
public static class RekeyServer
{
    private const string Name = "rekey";

    // Who pipes a few requests in and closes the pipe still gets the answers.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Serves one client until <paramref name="input"/> ends or the token is cancelled. Calls under way are cancelled then, after a moment.</summary>
    public static async Task RunAsync(RekeyServerOptions options, Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var logging = new GuardedLoggerFactory(options.LoggerFactory, options.Redactor);
        using var stopping = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Time);
        using var stop = cancellationToken.Register(stopping.Cancel);
        using var heard = new EndingStream(input, () => stopping.CancelAfter(Grace));
        var swept = new RedactingStream(output, options.Redactor);
        await using (swept.ConfigureAwait(false))
        {
            var transport = new StreamServerTransport(heard, swept, Name, logging);
            await using (transport.ConfigureAwait(false))
            {
                var server = McpServer.Create(transport, Describe(options, stopping.Token), logging);
                await using (server.ConfigureAwait(false))
                    await RunAsync(server, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task RunAsync(McpServer server, CancellationToken cancellationToken)
    {
        try
        {
            await server.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being told to stop is one of the two ways to end.
        }
    }

    private static McpServerOptions Describe(RekeyServerOptions options, CancellationToken stopping)
    {
        var tools = new ToolSet(options, stopping);
        var redaction = new RedactionFilter(options.Redactor, options.LoggerFactory.CreateLogger(typeof(RedactionFilter).FullName!));
        return new McpServerOptions
        {
            ServerInfo = new Implementation { Name = Name, Title = "Rekey", Version = options.Version },
            ServerInstructions = Instructions.For(options, tools),
            ScopeRequests = false,
            Handlers = new McpServerHandlers { ListToolsHandler = tools.ListAsync, CallToolHandler = tools.CallAsync },
            // The last filter stands nearest to the transport: nothing is added to a message after it.
            Filters = { Message = { OutgoingFilters = { redaction.Around } } },
        };
    }
}
