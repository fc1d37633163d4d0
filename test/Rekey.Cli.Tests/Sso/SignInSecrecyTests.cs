using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Rekey.Cli.Tests.Sso;

/// <summary>What is secret in a sign-in leaves the process for the Identity Center and the token cache, and for nowhere else.</summary>
public sealed class SignInSecrecyTests : SsoProcessTest
{
    [Theory]
    [InlineData("browser")]
    [InlineData("device")]
    public async Task Whatever_a_sign_in_handles_it_is_in_no_output_no_log_no_control_answer_and_no_shared_page(string flow)
    {
        var home = NewHome();
        home.ConfigureSession($"""
            "signIn": "{flow}"
            """);
        var session = await ServeAsync(home);

        var pending = await SignInAsync(session, new { profile = "work" });
        Observe(File.ReadAllText(Path.ChangeExtension(home.TokenFile, ".prompt")));
        await home.Server.Human.OpenAsync(new Uri(Text(pending, "url")!));
        Assert.Equal("signed_in", Text(await SignInAsync(session, new { profile = "work" }), "status"));

        if (flow == "device")
            Observe(await AskControlAsync(home));
        else // the one secret that the service does not mint
            Plant((string)JsonNode.Parse(home.Server.Last["/token"].Text)!["codeVerifier"]!);
        Assert.Contains("ready", (await ListedAsync(session, "work")).ToString());
    }

    [Fact]
    public async Task Every_token_on_the_way_is_known_to_the_redactor()
    {
        var home = NewHome();
        home.Home.Configure($$"""
            { "credentials": {
                "work": { "kind": "aws-sso", "profile": "work" },
                "paint": { "kind": "database", "from": "file://{{home.Home.Write("url", $"sqlite:{home.Home.Database("paint.db", "blue")}")}}" } } }
            """);
        var grant = home.SignedIn(TimeSpan.FromHours(-1));
        var session = await ServeAsync(home);
        await SignInAsync(session, new { profile = "work" });

        var keys = home.Account.Sessions.Last();
        foreach (var secret in new[] { grant.Client.ClientSecret, grant.RefreshToken!, home.Token, keys.SecretAccessKey.Reveal(), keys.SessionToken!.Value.Reveal() })
        {
            var answer = await session.CallAsync("run_select", new { query = $"select '{secret}' as told" });
            Assert.Contains(Secret.Marker, answer.ToString());
        }
    }

    // What the socket of a server says to whoever asks it to look at everything again.
    private static async Task<string> AskControlAsync(SsoHome home)
    {
        var path = Directory.EnumerateFiles(home.Home.Path, "*.sock", SearchOption.AllDirectories).Single();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync("{\"refresh\":null}\n"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadLineAsync() ?? throw new IOException("The server said nothing.");
    }
}
