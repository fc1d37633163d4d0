using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Tests.Schemas;

namespace Rekey.Mcp.Tests.Serving;

/// <summary>A server and the SDK's own client, joined by two pipes in memory.</summary>
public sealed partial class Session : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly RecordingStream _wire;
    private readonly RecordingStream _requests;
    private readonly Dictionary<string, JsonElement> _schemas = [];

    private Session(RekeyServerOptions options)
    {
        _wire = new RecordingStream(_toClient.Writer.AsStream());
        _requests = new RecordingStream(_toServer.Writer.AsStream());
        Served = Task.Run(() => RekeyServer.RunAsync(options, _toServer.Reader.AsStream(), _wire, _stop.Token));
    }

    public static async Task<Session> StartAsync(RekeyServerOptions options, string era, Action<McpClientOptions>? client = null)
    {
        var session = new Session(options);
        var offered = new McpClientOptions { ProtocolVersion = era, ClientInfo = new Implementation { Name = "test", Version = "1" } };
        client?.Invoke(offered);
        session.Client = await McpClient.CreateAsync(new StreamClientTransport(session._requests, session._toClient.Reader.AsStream()), offered);
        return session;
    }

    public McpClient Client { get; private set; } = null!;

    /// <summary>Ends when the server has ended.</summary>
    public Task Served { get; }

    /// <summary>Everything that the server has written.</summary>
    public string Wire => _wire.Text;

    public async Task<IReadOnlyList<string>> ToolNamesAsync() => [.. (await Client.ListToolsAsync()).Select(static t => t.Name)];

    /// <summary>Calls a tool and holds the answer against what the tool announced.</summary>
    public async Task<CallToolResult> CallAsync(
        string tool, object? arguments = null, IProgress<ProgressNotificationValue>? progress = null, CancellationToken cancellationToken = default)
    {
        var result = await CallAsync(tool, Arguments(arguments), progress, cancellationToken);
        if (_schemas.Count == 0)
        {
            foreach (var known in await Client.ListToolsAsync(cancellationToken: cancellationToken))
                _schemas[known.Name] = known.ProtocolTool.OutputSchema!.Value;
        }
        Assert.NotNull(result.StructuredContent);
        Assert.Equal(result.IsError is not true && !IsPending(result.StructuredContent.Value), result.StructuredContent.Value.GetProperty("success").GetBoolean());
        Assert.Null(JsonSchema.Problem(_schemas[tool], result.StructuredContent.Value));
        return result;
    }

    // Neither done nor failed.
    private static bool IsPending(JsonElement content) => content.TryGetProperty("status", out var status) && status.GetString() == "pending";

    // This client ends its wait without a word; others say so, and the server is to hear it.
    private async Task<CallToolResult> CallAsync(
        string tool, Dictionary<string, object?>? arguments, IProgress<ProgressNotificationValue>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await Client.CallToolAsync(tool, arguments, progress, cancellationToken: cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await CancelLastAsync();
            throw;
        }
    }

    private async Task CancelLastAsync()
    {
        var id = long.Parse(Ids().Matches(_requests.Text)[^1].Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        await Client.SendMessageAsync(new JsonRpcNotification
        {
            Method = NotificationMethods.CancelledNotification,
            Params = new JsonObject { ["requestId"] = id, ["reason"] = "changed my mind" },
        });
    }

    [GeneratedRegex("\"id\":([0-9]+)")]
    private static partial Regex Ids();

    /// <summary>The client goes away: the server's input ends.</summary>
    public async Task HangUpAsync() => await _toServer.Writer.CompleteAsync();

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync();
        await Client.DisposeAsync();
        try
        {
            await Served.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        }
        finally
        {
            await _stop.CancelAsync();
            _stop.Dispose();
        }
    }

    private static Dictionary<string, object?>? Arguments(object? arguments) => arguments switch
    {
        null => null,
        Dictionary<string, object?> given => given,
        _ => JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(static p => p.Name, static p => (object?)p.Value),
    };
}
