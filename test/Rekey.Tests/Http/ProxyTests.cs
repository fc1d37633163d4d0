using System.Collections.Concurrent;
using System.Net;
using Rekey.Http;
using Rekey.Testing;
using Rekey.Testing.Http;

namespace Rekey.Tests.Http;

/// <summary>A proxy of the environment, as <c>HTTP_PROXY</c> names one, that records all it is told.</summary>
public sealed class ProxyTests : LeakCheckedTest
{
    private const string Value = "value-for-this-machine";

    private readonly ConcurrentQueue<string> _proxied = new();
    private readonly ConcurrentQueue<string?> _direct = new();
    private readonly LoopbackHttpServer _proxy;
    private readonly LoopbackHttpServer _service;

    public ProxyTests()
    {
        Plant(Value);
        _proxy = new LoopbackHttpServer((call, _) =>
        {
            _proxied.Enqueue(call.Target);
            return Task.FromResult(new HttpReply(502));
        });
        _service = new LoopbackHttpServer((call, _) =>
        {
            _direct.Enqueue(call.Header("Authorization"));
            return Task.FromResult(new HttpReply(200));
        });
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task What_travels_in_the_clear_to_this_machine_passes_no_proxy(string host)
    {
        using var http = BoundedHttp.CreateClientBehind(new WebProxy(_proxy.Address));
        var verify = HttpVerifier.For(new HttpVerifierOptions { Credential = "here", Address = new Uri($"http://{host}:{_service.Address.Port}/user"), Http = http });

        var verification = await verify(new SecretValue(new Secret(Value)), TestContext.Current.CancellationToken);

        Assert.Equal(VerificationOutcome.Accepted, verification.Outcome);
        Assert.Empty(_proxied);
        Assert.True(Assert.Single(_direct) == "Bearer " + Value);
    }

    [Fact]
    public async Task What_leaves_this_machine_goes_the_way_that_its_environment_says()
    {
        using var http = BoundedHttp.CreateClientBehind(new WebProxy(_proxy.Address));

        using var answer = await http.GetAsync("http://service.invalid/", TestContext.Current.CancellationToken);

        Assert.Equal("http://service.invalid/", Assert.Single(_proxied));
    }

    public override async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _service.DisposeAsync();
        await base.DisposeAsync();
    }
}
