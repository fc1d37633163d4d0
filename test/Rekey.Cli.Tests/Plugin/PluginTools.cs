using System.Text.Json;

namespace Rekey.Cli.Tests.Plugin;

/// <summary>What the plugin's server lists, and what is in its place without Rekey. Asked once for all tests.</summary>
public sealed class PluginTools : IAsyncLifetime
{
    internal JsonElement OfRekey { get; private set; }

    internal JsonElement OfTheStandIn { get; private set; }

    public async ValueTask InitializeAsync()
    {
        using var user = await PluginUser.WithRekeyAsync();
        OfRekey = (await user.DriveAsync("sdk-1")).GetProperty("tools");
        user.SearchIn();
        OfTheStandIn = (await user.DriveAsync("sdk-1")).GetProperty("tools");
    }

    public ValueTask DisposeAsync() => default;
}
