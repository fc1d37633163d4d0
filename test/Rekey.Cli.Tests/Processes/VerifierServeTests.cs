using Rekey.Testing.Http;
using Rekey.Testing.Redis;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The built executable before the services that its values are for: what is refused is never used.</summary>
public sealed class VerifierServeTests : SessionProcessTest
{
    [Fact]
    public async Task A_password_of_Redis_that_comes_before_its_time_waits_for_it()
    {
        var (old, young) = (Planted(RedisServer.NewPassword()), Planted(RedisServer.NewPassword()));
        await using var redis = await RedisServer.StartAsync(new Secret(old));
        var home = NewHome();
        var file = home.Write("secrets/redis", old);
        home.Variables["SSL_CERT_FILE"] = home.Write("authority.pem", redis.Certificate.ExportCertificatePem());
        home.Configure($$"""
            {
              "credentials": {
                "cache": {
                  "kind": "value", "from": "file://{{file}}",
                  "verify": { "with": "redis", "host": "127.0.0.1", "port": {{(OperatingSystem.IsLinux() ? redis.TlsPort : redis.Port)}}, "tls": {{(OperatingSystem.IsLinux() ? "true" : "false")}} }
                }
              }
            }
            """);
        var server = await ServeAsync(home);
        var first = await UntilAsync(() => ListedAsync(server, "cache"), static listed => Text(listed, "phase") == "ready");

        home.Write("secrets/redis", young);
        var waiting = await UntilAsync(() => ListedAsync(server, "cache"), static listed => Text(listed, "lastErrorCode") is not null);
        await redis.RequirePasswordAsync(young);
        var second = await UntilAsync(() => ListedAsync(server, "cache"), listed => Text(listed, "fingerprint") != Text(first, "fingerprint"));

        Assert.Equal(Text(first, "fingerprint"), Text(waiting, "fingerprint"));
        Assert.Equal("CREDENTIAL_REJECTED", Text(waiting, "lastErrorCode"));
        Assert.Equal("ready", Text(second, "phase"));
        Assert.Equal("healthy", Text(await HealthAsync(server, "cache"), "health"));
    }

    [Fact]
    public async Task Health_asks_the_service_and_tells_what_nobody_proves()
    {
        var key = Planted("the-key-of-the-search-service");
        var isKnown = true;
        await using var service = new LoopbackHttpServer((call, _) =>
            Task.FromResult(new HttpReply(Volatile.Read(ref isKnown) && call.Header("X-API-Key") == key ? 200 : 403)));
        var home = NewHome();
        var file = home.Write("secrets/key", key);
        home.Configure($$"""
            {
              "credentials": {
                "search": { "kind": "value", "from": "file://{{file}}", "verify": { "with": "http", "url": "{{service.Address}}me", "header": "X-API-Key" } },
                "signing": { "kind": "value", "from": "file://{{file}}", "verify": { "with": "none" } }
              }
            }
            """);
        var server = await ServeAsync(home);
        await UntilAsync(() => ListedAsync(server, "search"), static listed => Text(listed, "phase") == "ready");

        var (before, unproved) = (await HealthAsync(server, "search"), await HealthAsync(server, "signing"));
        Volatile.Write(ref isKnown, false);
        var after = await UntilAsync(() => HealthAsync(server, "search"), static health => Text(health, "health") != "healthy"); // an answer is kept for a moment

        Assert.Equal(("healthy", "unverified"), (Text(before, "health"), Text(unproved, "health")));
        Assert.Equal(("unhealthy", "CREDENTIAL_REJECTED"), (Text(after, "health"), Text(after, "code")));
    }
}
