using System.Net;
using System.Net.Sockets;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Sso;

namespace Rekey.Cli.Tests.Sso;

/// <summary><c>rekey login</c> and <c>rekey logout</c> in a terminal.</summary>
public sealed class LoginCommandTests : SsoProcessTest
{
    [Fact]
    public async Task With_a_code_it_signs_in_and_the_aws_cli_gets_credentials_of_the_role_with_its_token()
    {
        var home = NewHome();
        var cli = await SsoCli.InAsync(home.Home.Path, home.Server.Address);
        await using var login = Start(home, "login", "work", "--device");

        while (!File.Exists(home.TokenFile) && await login.ReadLineAsync() is { } line)
            home.Confirm(Observe(line));

        Assert.True(await login.ExitAsync() == ExitCode.Ready, login.Errors);
        Observe(login.Errors);
        var identity = await cli.RunAsync("sts", "get-caller-identity", "--profile", "work");
        Assert.True(identity.ExitCode == 0, identity.Errors);
        Assert.Contains("assumed-role/Dev/human", identity.Output, StringComparison.Ordinal);
        Assert.Equal(home.Token, home.Server.Last["/federation/credentials"].Header("x-amz-sso_bearer_token"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.TokenFile));
    }

    [Fact]
    public async Task In_a_browser_it_signs_in_when_the_browser_comes_back()
    {
        var home = NewHome();
        home.ConfigureSession("""
            "signIn": "browser"
            """);
        home.UseBrowser();

        var end = await RunAsync(home, "login", "work");

        Assert.True(end.ExitCode == ExitCode.Ready, end.Errors);
        Assert.Contains("Signed in for 'work'.", end.Output);
        Assert.True(home.Server.Book.Accepts(home.Token));
        Assert.Equal((1, 0), (home.Server.Calls("/authorize"), home.Server.Calls("/device_authorization")));
    }

    [Fact]
    public async Task A_browser_that_the_environment_names_shows_the_page_with_the_code_too()
    {
        var home = NewHome();
        home.UseBrowser();

        var end = await RunAsync(home, "login", "work", "--device");

        Assert.True(end.ExitCode == ExitCode.Ready, end.Errors);
        Assert.Contains("FAKE-0001", end.Output);
        Assert.Equal(1, home.Server.Calls("/device"));
    }

    [Fact]
    public async Task An_interrupt_ends_it_at_once_frees_its_port_and_leaves_the_next_sign_in_alone()
    {
        var home = NewHome();
        var port = FreePort();
        home.ConfigureSession($"""
            "signIn": "browser", "redirectPort": {port}
            """);
        await using var login = Start(home, "login", "work");
        while (await login.ReadLineAsync() is { } line && !line.Contains("/authorize?", StringComparison.Ordinal))
            Observe(line);
        Assert.False(IsFree(port));

        login.Interrupt();

        Assert.Equal(ExitCode.Refused, await login.ExitAsync());
        Assert.Contains("[SIGN_IN_CANCELLED]", Observe(login.Errors));
        Assert.True(IsFree(port));
        Assert.False(File.Exists(home.TokenFile));
        home.UseBrowser();
        Assert.Equal(ExitCode.Ready, (await RunAsync(home, "login", "work")).ExitCode);
    }

    [Fact]
    public async Task A_user_who_says_no_ends_it_as_refused()
    {
        var home = NewHome();
        home.Server.Human.Denies = true;
        home.UseBrowser();

        var end = await RunAsync(home, "login", "work");

        Assert.Equal(ExitCode.Refused, end.ExitCode);
        Assert.Contains("[AWS_SSO_SIGN_IN_DENIED]", end.Errors);
        Assert.Contains("Start it again", end.Errors);
    }

    [Fact]
    public async Task A_clock_that_differs_from_that_of_the_service_is_said_and_the_sign_in_goes_on()
    {
        var home = NewHome();
        home.Server.Ahead = TimeSpan.FromMinutes(7);
        home.UseBrowser();

        var end = await RunAsync(home, "login", "work");

        Assert.True(end.ExitCode == ExitCode.Ready, end.Errors);
        Assert.Contains("clock", end.Errors);
    }

    [Fact]
    public async Task A_service_that_does_not_listen_is_unreachable()
    {
        var home = NewHome();
        home.Variables["AWS_ENDPOINT_URL_SSO_OIDC"] = $"http://127.0.0.1:{FreePort()}";

        var end = await RunAsync(home, "login", "work");

        Assert.Equal(ExitCode.Unreachable, end.ExitCode);
        Assert.Contains("[AWS_SSO_UNREACHABLE]", end.Errors);
    }

    [Fact]
    public async Task An_occupied_port_is_named_with_what_else_can_be_done()
    {
        var home = NewHome();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        home.ConfigureSession($"""
            "signIn": "browser", "redirectPort": {port}
            """);

        var end = await RunAsync(home, "login", "work");

        Assert.Equal(ExitCode.Refused, end.ExitCode);
        Assert.Contains("[AWS_SSO_PORT_TAKEN]", end.Errors);
        Assert.Contains($"{port}", end.Errors);
        Assert.Contains("device code", end.Errors);
    }

    [Fact]
    public async Task Logging_out_of_one_session_leaves_the_other_and_logging_out_ends_all()
    {
        var home = NewHome();
        home.SignedIn(TimeSpan.FromHours(1));
        var corp = home.Token;
        home.WriteConfig(SsoHome.Corp + SsoHome.Work + SsoHome.Other);
        File.Copy(home.TokenFile, home.OtherTokenFile);
        var cli = await SsoCli.InAsync(home.Home.Path, home.Server.Address);

        var one = await RunAsync(home, "logout", "other");

        Assert.True(one.ExitCode == ExitCode.Ready, one.Errors);
        Assert.Contains("'other'", one.Output);
        Assert.Equal((true, false), (File.Exists(home.TokenFile), File.Exists(home.OtherTokenFile)));
        Assert.Equal(ExitCode.Ready, (await RunAsync(home, "logout")).ExitCode);
        Assert.False(File.Exists(home.TokenFile));
        Assert.False(home.Server.Book.Accepts(corp));
        Assert.NotEqual(0, (await cli.RunAsync("sts", "get-caller-identity", "--profile", "work")).ExitCode);
        Assert.Equal(ExitCode.Ready, (await RunAsync(home, "logout")).ExitCode); // nothing is left to do
    }

    private static ChildProcess Start(SsoHome home, params string[] arguments) =>
        ChildProcess.Start(BuiltExecutable.Path, [.. arguments, "--log-level", "trace"], home.Home.Environment);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
