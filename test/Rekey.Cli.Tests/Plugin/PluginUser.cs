using System.Text.Json;
using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.Plugin;

/// <summary>Somebody with a database, an AWS SSO profile and the plugin. PATH holds Node.js, and Rekey where the test puts it.</summary>
internal sealed class PluginUser : IDisposable
{
    private PluginUser(string node)
    {
        Home.Write(".aws/config", """
            [profile work]
            sso_session = corp
            sso_account_id = 111122223333
            sso_role_name = reader
            region = eu-central-1
            [sso-session corp]
            sso_start_url = https://corp.awsapps.com/start
            sso_region = eu-central-1
            sso_registration_scopes = sso:account:access
            """);
        Home.Variables["USERPROFILE"] = Home.Path; // where HOME means nothing
        Home.Variables["AWS_EC2_METADATA_DISABLED"] = "true";
        NodeFolder = OperatingSystem.IsWindows() ? Path.GetDirectoryName(node)! : Link("only node", "node", node);
        SearchIn();
    }

    public UserHome Home { get; } = UserHome.WithDatabase();

    public InstalledPlugin Plugin { get; } = new();

    /// <summary>A folder that holds Node.js and no Rekey.</summary>
    public string NodeFolder { get; }

    public static async Task<PluginUser> NewAsync()
    {
        var node = await ChildProcess.RunAsync("node", ["--print", "process.execPath"], new Dictionary<string, string>());
        return new PluginUser(node.Output.Trim());
    }

    /// <summary>A user whose PATH leads to the Rekey of this build, through a folder with a blank in its name.</summary>
    public static async Task<PluginUser> WithRekeyAsync()
    {
        var user = await NewAsync();
        user.SearchIn(OperatingSystem.IsWindows() ? AppContext.BaseDirectory : user.LinkRekey("my programs"));
        return user;
    }

    /// <summary>Sets PATH to these folders, and Node.js behind them.</summary>
    public void SearchIn(params string[] folders) => Home.Variables["PATH"] = string.Join(Path.PathSeparator, [.. folders, NodeFolder]);

    /// <summary>Puts the Rekey of this build into a folder of the user's home.</summary>
    public string LinkRekey(string folder) => Link(folder, "rekey", BuiltExecutable.Path);

    public Task<JsonElement> DriveAsync(string kind, object? steps = null, string? folder = null) =>
        OfficialClient.DriveAsync(kind, Home, steps ?? new { }, Plugin.Server with { Folder = folder });

    public void Dispose()
    {
        Plugin.Dispose();
        Home.Dispose();
    }

    private string Link(string folder, string name, string target)
    {
        var path = Path.Combine(Home.Path, folder);
        Directory.CreateDirectory(path);
        File.CreateSymbolicLink(Path.Combine(path, name), target);
        return path;
    }
}
