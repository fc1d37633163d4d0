using System.Net.Sockets;
using System.Text;
using Rekey.Testing;
using Rekey.Testing.Http;

namespace Rekey.Tests.Testing.Http;

public sealed class LoopbackHttpServerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly HttpClient _client = new();
    private LoopbackHttpServer? _server;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private LoopbackHttpServer Serve(Func<HttpCall, HttpReply> answer) => Serve((call, _) => Task.FromResult(answer(call)));

    private LoopbackHttpServer Serve(Func<HttpCall, CancellationToken, Task<HttpReply>> answer) => _server = new LoopbackHttpServer(answer, _time);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_call_arrives_whole_and_its_reply_too()
    {
        HttpCall? seen = null;
        var server = Serve(call =>
        {
            seen = call;
            return new HttpReply(201, "{\"ö\":1}") { Headers = new Dictionary<string, string> { ["X-Extra"] = "yes" } };
        });

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/a%20b/c?x=1%262&y=a+b&x=3"));
        request.Headers.Add("X-Two", ["one", "two"]);
        request.Content = new StringContent("k=v%3Dw", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await _client.SendAsync(request, Cancelled);

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal("{\"ö\":1}", await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal("yes", response.Headers.GetValues("x-extra").Single());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(_time.GetUtcNow(), response.Headers.Date);
        Assert.Equal(("POST", "/a b/c", "1&2", "a b"), (seen!.Method, seen.Path, seen.Query["x"], seen.Query["y"]));
        Assert.Equal("v=w", seen.Form["k"]);
        Assert.Equal("one, two", seen.Header("x-two"));
    }

    [Fact]
    public async Task A_given_date_replaces_the_right_one()
    {
        var server = Serve(_ => new HttpReply(200) { Headers = new Dictionary<string, string> { ["Date"] = "Thu, 01 Jan 1970 00:00:00 GMT" } });

        using var response = await _client.GetAsync(server.Address, Cancelled);

        Assert.Equal(DateTimeOffset.UnixEpoch, response.Headers.Date);
    }

    [Fact]
    public async Task Calls_in_a_row_share_one_connection()
    {
        var server = Serve(call => new HttpReply(200, call.Text));

        for (var turn = 0; turn < 5; turn++)
        {
            using var response = await _client.PostAsync(server.Address, new StringContent($"{turn}"), Cancelled);
            Assert.Equal($"{turn}", await response.Content.ReadAsStringAsync(Cancelled));
        }

        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_chunked_body_is_read_to_its_end(bool expectsContinue)
    {
        var server = Serve(call => new HttpReply(200, $"{call.Body.Length}"));

        using var request = new HttpRequestMessage(HttpMethod.Put, server.Address) { Content = new StringContent(new string('x', 100_000)) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = expectsContinue;
        using var response = await _client.SendAsync(request, Cancelled);

        Assert.Equal("100000", await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_client_is_told_to_go_on_before_it_sends_its_body()
    {
        var server = Serve(call => new HttpReply(200, call.Text));
        using var socket = new TcpClient("127.0.0.1", server.Address.Port);
        var stream = socket.GetStream();

        await stream.WriteAsync("POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancelled);
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Cancelled));
        await stream.WriteAsync("ok"u8.ToArray(), Cancelled);

        Assert.EndsWith("\r\n\r\nok", await reader.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nno colon\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task What_is_no_request_is_refused(string text)
    {
        var server = Serve(_ => new HttpReply(200));
        using var socket = new TcpClient("127.0.0.1", server.Address.Port);

        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Cancelled);
        using var reader = new StreamReader(socket.GetStream());

        Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadLineAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WireFault.Reset, HttpRequestError.Unknown)]
    [InlineData(WireFault.LostReply, HttpRequestError.ResponseEnded)]
    [InlineData(WireFault.Truncated, HttpRequestError.ResponseEnded)]
    [InlineData(WireFault.Garbage, HttpRequestError.InvalidResponse)]
    public async Task A_broken_reply_breaks_in_its_own_way(WireFault fault, HttpRequestError expected)
    {
        var worked = 0;
        var server = Serve(_ =>
        {
            worked++;
            return new HttpReply(200, "a body of some length") { Fault = fault };
        });

        var broken = await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetStringAsync(server.Address, Cancelled));

        Assert.Equal(expected, (broken.InnerException as HttpIOException)?.HttpRequestError ?? broken.HttpRequestError);
        Assert.Equal(fault is WireFault.Reset, broken.InnerException?.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset });
        Assert.InRange(worked, 1, 5); // the client may try a call again that got no byte
    }

    [Fact]
    public async Task A_dripping_body_comes_whole_in_the_end()
    {
        var server = Serve(_ => new HttpReply(200, "drops") { Fault = WireFault.Drip, DripEvery = TimeSpan.FromMilliseconds(1) });

        using var response = await _client.GetAsync(server.Address, HttpCompletionOption.ResponseHeadersRead, Cancelled);

        Assert.Equal("drops", await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task A_huge_body_has_no_end()
    {
        var server = Serve(_ => new HttpReply(200, "{\"a\":") { Fault = WireFault.Huge });

        using var response = await _client.GetAsync(server.Address, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        var body = await response.Content.ReadAsStreamAsync(Cancelled);
        var begin = new byte[10_000_000];
        await body.ReadExactlyAsync(begin, Cancelled);

        Assert.StartsWith("{\"a\": ", Encoding.ASCII.GetString(begin, 0, 10), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_server_ends_a_call_that_hangs()
    {
        var arrived = new TaskCompletionSource();
        var server = Serve(_ =>
        {
            arrived.SetResult();
            return new HttpReply(200) { Fault = WireFault.Hang };
        });
        var call = _client.GetAsync(server.Address, Cancelled);
        await arrived.Task;
        Assert.False(call.IsCompleted);

        await server.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public async Task A_client_that_goes_ends_the_work_for_it()
    {
        var arrived = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var server = Serve(async (_, gone) =>
        {
            arrived.SetResult();
            gone.Register(ended.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone);
            return new HttpReply(200);
        });
        using var leaving = new CancellationTokenSource();
        var call = _client.GetAsync(server.Address, leaving.Token);
        await arrived.Task;

        await leaving.CancelAsync();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancelled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_defect_of_the_answering_code_is_not_swallowed()
    {
        var server = Serve(HttpReply (_) => throw new InvalidOperationException("a defect"));

        using var response = await _client.GetAsync(server.Address, Cancelled);

        Assert.Equal(500, (int)response.StatusCode);
        var thrown = await Assert.ThrowsAsync<AggregateException>(async () => await server.DisposeAsync());
        Assert.IsType<InvalidOperationException>(thrown.InnerException);
    }
}
