using Rekey.Testing.Http;
using Rekey.Testing.Vault;

namespace Rekey.Cli.Tests.Vault;

/// <summary>What befalls a Vault, one thing after the other, drawn from a seed.</summary>
internal sealed class VaultTrouble(VaultServer server, Random random, Func<Task> refresh)
{
    private static readonly HttpReply Broken = new(502, "<html>Bad gateway</html>", "text/html");

    /// <summary>How often each kind has struck.</summary>
    public Dictionary<string, int> Struck { get; } = [];

    /// <summary>One trouble, and the quiet after it.</summary>
    public async Task StrikeAsync()
    {
        switch (random.Next(8))
        {
            case 0:
                await DuringAsync("outage", Broken);
                break;
            case 1:
                await DuringAsync("sealed", VaultServer.Sealed);
                break;
            case 2 or 3:
                Count("token lost");
                if (server.Tokens.Active is [.., var newest])
                    await server.RevokeAsync(newest);
                break;
            case 4:
                Count("answer lost");
                server.Break("/v1/database/creds/readonly", WireFault.Truncated);
                break;
            case 5 or 6:
                Count("refreshed by hand");
                await refresh();
                break;
            default:
                Count("short extensions");
                server.Leases.Cut = 0.4;
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
                server.Leases.Cut = null;
                break;
        }
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 400)), TimeProvider.System);
    }

    private async Task DuringAsync(string name, HttpReply mode)
    {
        Count(name);
        server.Mode = mode;
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 800)), TimeProvider.System);
        server.Mode = null;
    }

    private void Count(string name) => Struck[name] = Struck.GetValueOrDefault(name) + 1;
}
