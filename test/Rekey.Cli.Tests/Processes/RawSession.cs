using System.Text.Json;

namespace Rekey.Cli.Tests.Processes;

/// <summary>Speaks JSON-RPC with the executable by hand and keeps every line that it prints.</summary>
internal sealed class RawSession : IAsyncDisposable
{
    private readonly ChildProcess _server;
    private readonly List<string> _lines = [];
    private int _lastId;

    private RawSession(ChildProcess server) => _server = server;

    public ChildProcess Server => _server;

    public IReadOnlyList<string> Lines => _lines;

    public static Task<RawSession> StartAsync(UserHome home, params string[] arguments) =>
        StartAsync(home, ServerCommand.Rekey(arguments: arguments));

    /// <summary>The same with any way of starting the server.</summary>
    public static async Task<RawSession> StartAsync(UserHome home, ServerCommand server)
    {
        var session = new RawSession(ChildProcess.Start(server.Command, server.Arguments, home.Environment));
        await session.AskAsync("initialize", new
        {
            protocolVersion = "2025-11-25",
            capabilities = new { },
            clientInfo = new { name = "raw", version = "1" },
        });
        await session.SendAsync(new { jsonrpc = "2.0", method = "notifications/initialized" });
        return session;
    }

    /// <summary>Sends a request without waiting, and answers with its id.</summary>
    public async Task<int> BeginAsync(string method, object parameters)
    {
        var id = ++_lastId;
        await SendAsync(new { jsonrpc = "2.0", id, method, @params = parameters });
        return id;
    }

    public async Task<JsonElement> AskAsync(string method, object parameters) => await AnswerAsync(await BeginAsync(method, parameters));

    public Task<JsonElement> CallAsync(string tool, object arguments) => AskAsync("tools/call", new { name = tool, arguments });

    /// <summary>Reads on until the request <paramref name="id"/> is answered.</summary>
    public async Task<JsonElement> AnswerAsync(int id)
    {
        while (await _server.ReadLineAsync() is { } line)
        {
            _lines.Add(line);
            var message = JsonElement.Parse(line);
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
                return message.GetProperty("result");
        }
        throw new InvalidOperationException($"The server ended: {_server.Errors}");
    }

    /// <summary>Closes standard input, reads what is left and waits for the end.</summary>
    public async Task<int> CloseAsync()
    {
        _server.CloseInput();
        while (await _server.ReadLineAsync() is { } line)
            _lines.Add(line);
        return await _server.ExitAsync();
    }

    public Task SendAsync(object message) => _server.WriteLineAsync(JsonSerializer.Serialize(message));

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
