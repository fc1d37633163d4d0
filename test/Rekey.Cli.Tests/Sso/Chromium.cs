using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Sso;

/// <summary>
/// A real browser without a window, which the program under test starts. Its human looks at the page and clicks with the mouse, over
/// its debugging port.
/// </summary>
internal sealed class Chromium(string profile) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _page = new();
    private int _lastId;

    /// <summary>The shell command that starts it with the page as <c>$1</c>.</summary>
    public string Command =>
        $"'{Find()}' --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking"
        + $" --user-data-dir='{profile}' --remote-debugging-port=0 \"$1\"; touch '{Closed}'";

    private string Closed => profile + ".closed";

    /// <summary>Clicks on the button with this text as soon as it is there, and answers what the page says that comes of it.</summary>
    public async Task<string> ClickAsync(string text)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        await ConnectAsync(limit.Token);
        var place = await SeeAsync(
            $$"""
            (button => button && document.readyState === 'complete' && (r => [r.x + r.width / 2, r.y + r.height / 2])(button.getBoundingClientRect()))
            ([...document.querySelectorAll('button')].find(b => b.innerText === '{{text}}'))
            """, JsonValueKind.Array, limit.Token);
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
            await AskAsync("Input.dispatchMouseEvent", new { type, x = place[0].GetDouble(), y = place[1].GetDouble(), button = "left", clickCount = 1 }, limit.Token);
        var said = await SeeAsync("document.readyState === 'complete' && !document.querySelector('button') && document.body.innerText", JsonValueKind.String, limit.Token);
        return said.GetString()!;
    }

    /// <summary>Closes it and waits for its end: until then it writes to its profile.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_page.State is WebSocketState.Open)
        {
            await SendAsync("Browser.close", new { }, CancellationToken.None);
            await Until.True(() => File.Exists(Closed));
        }
        _page.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var port = Path.Combine(profile, "DevToolsActivePort");
        await Until.True(() => File.Exists(port) && File.ReadAllLines(port).Length >= 2);
        using var http = new HttpClient();
        while (true)
        {
            var targets = await http.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{File.ReadLines(port).First()}/json/list", cancellationToken);
            var page = targets.EnumerateArray().FirstOrDefault(static t => t.GetProperty("type").GetString() == "page");
            if (page.ValueKind is JsonValueKind.Object)
            {
                await _page.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!), cancellationToken);
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Looks at the page until the expression has a value of this kind.</summary>
    private async Task<JsonElement> SeeAsync(string expression, JsonValueKind kind, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await AskAsync("Runtime.evaluate", new { expression, returnByValue = true }, cancellationToken);
            if (answer.TryGetProperty("result", out var outcome) && outcome.GetProperty("result").TryGetProperty("value", out var value) && value.ValueKind == kind)
                return value;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    private async Task<JsonElement> AskAsync(string method, object parameters, CancellationToken cancellationToken)
    {
        var id = await SendAsync(method, parameters, cancellationToken);
        while (true)
        {
            using var message = new MemoryStream();
            var buffer = new byte[16 << 10];
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _page.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            var answer = JsonElement.Parse(message.ToArray());
            if (answer.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
                return answer;
        }
    }

    private async Task<int> SendAsync(string method, object parameters, CancellationToken cancellationToken)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(new { id = ++_lastId, method, @params = parameters });
        await _page.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        return _lastId;
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Only the environment tells where commands are, and a build server from a developer's machine.")]
    private static string Find()
    {
        const string Reason = "Chromium is not installed.";
        var folders = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var commands = folders.SelectMany(static folder => new[] { "chromium", "google-chrome" }.Select(name => Path.Combine(folder, name)));
        if (commands.FirstOrDefault(File.Exists) is { } command)
            return command;
        if (System.Environment.GetEnvironmentVariable("CI") is "true" or "1")
            throw new InvalidOperationException(Reason + " On CI these tests must run.");
        Assert.Skip(Reason);
        return "";
    }
}
