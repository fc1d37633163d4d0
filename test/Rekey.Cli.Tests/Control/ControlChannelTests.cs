using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Rekey.Cli.Control;
using Rekey.Cli.Tests.Commands;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Control;

[UnsupportedOSPlatform("windows")]
public sealed class ControlChannelTests : CommandTest
{
    private readonly ManualTimeProvider _time = new();
    private readonly Authority _authority;
    private readonly CredentialRegistry _registry = new();
    private string _sockets = "";

    public ControlChannelTests() => _authority = new Authority(_time).Accept("password-1");

    public override ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix sockets");
        _sockets = Path.Combine(Folder.Path, "run");
        Control = new UnixControlSockets([_sockets]);
        Plant("password-1");
        Plant("password-2");
        Add("orders");
        return default;
    }

    [Fact]
    public async Task A_refresh_makes_the_server_look_at_its_source()
    {
        await using var server = Start();
        await _registry.All[0].GetLeaseAsync(TestContext.Current.CancellationToken);
        _authority.Accept("password-2").Current = "password-2";

        var first = await RunAsync("refresh");
        var second = await RunAsync("refresh", "orders");

        Assert.Equal((0, "orders: refreshed\n"), (first.Code, first.Output));
        Assert.Equal((0, "orders: unchanged\n"), (second.Code, second.Output));
    }

    [Fact]
    public async Task What_the_authority_refuses_is_reported_and_what_works_is_kept()
    {
        await using var server = Start();
        var lease = await _registry.All[0].GetLeaseAsync(TestContext.Current.CancellationToken);
        _authority.Current = "password-2";

        var outcome = await RunAsync("refresh", "orders");

        Assert.StartsWith("orders: failed [CREDENTIAL_REJECTED]", outcome.Output);
        Assert.Equal(3, outcome.Code);
        Assert.Same(lease, await _registry.All[0].GetLeaseAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_unknown_credential_is_an_error_unless_some_server_has_it()
    {
        await using var server = Start();

        var unknown = await RunAsync("refresh", "order");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("[CREDENTIAL_UNKNOWN] There is no credential 'order'. Did you mean 'orders'?", unknown.Error);

        await using var other = new CredentialRegistry();
        other.Add(Credential("order"));
        await using var second = ControlServer.TryStart(other, Control, _time, Logger);
        var known = await RunAsync("refresh", "order");
        Assert.Equal((0, "order: refreshed\n", ""), (known.Code, known.Output, known.Error));
    }

    [Fact]
    public async Task Without_a_server_it_says_so()
    {
        var outcome = await RunAsync("refresh");

        Assert.Equal(3, outcome.Code);
        Assert.Contains("[SERVER_NOT_RUNNING]", outcome.Error);
    }

    [Fact]
    public async Task What_a_dead_server_left_behind_is_removed()
    {
        Assert.True(UnixFolder.TryPrepare(_sockets));
        var left = Path.Combine(_sockets, "0123456789ab.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            dead.Bind(new UnixDomainSocketEndPoint(left));
        // Closing a socket leaves its file, as the death of its process does.
        if (!File.Exists(left))
            await File.WriteAllTextAsync(left, "", TestContext.Current.CancellationToken);
        await using var server = Start();

        Assert.Equal(0, (await RunAsync("refresh")).Code);
        Assert.False(File.Exists(left));
        Assert.Single(Directory.GetFiles(_sockets));
    }

    [Fact]
    public async Task A_server_that_ends_leaves_nothing_behind()
    {
        var server = Start();
        Assert.Single(Directory.GetFiles(_sockets));

        await server.DisposeAsync();

        Assert.Empty(Directory.GetFiles(_sockets));
    }

    [Fact]
    public async Task Nobody_else_can_enter_the_folder_or_open_the_socket()
    {
        await using var server = Start();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_sockets));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(_sockets)[0]));
    }

    [Fact]
    public async Task A_folder_of_ours_that_stood_open_is_closed()
    {
        Directory.CreateDirectory(_sockets);
        File.SetUnixFileMode(_sockets, (UnixFileMode)0b111_111_111);

        await using var server = Start();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_sockets));
    }

    [Fact]
    public async Task A_link_is_not_followed_and_the_next_folder_is_taken()
    {
        var (target, next) = (Path.Combine(Folder.Path, "somebody-elses"), Path.Combine(Folder.Path, "next"));
        Directory.CreateDirectory(target);
        Directory.CreateSymbolicLink(_sockets, target);
        Control = new UnixControlSockets([_sockets, next]);

        await using var server = Start();

        Assert.Empty(Directory.GetFiles(target));
        Assert.Single(Directory.GetFiles(next));
        Assert.Equal(0, (await RunAsync("refresh")).Code);
    }

    [Fact]
    public void A_path_too_long_for_a_socket_costs_the_channel_and_nothing_else()
    {
        var transport = new UnixControlSockets([Path.Combine(Folder.Path, new string('x', 120))]);

        Assert.Null(ControlServer.TryStart(_registry, transport, _time, Logger));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("hello\n")]
    [InlineData("{}\n")]
    [InlineData("[]\n")]
    [InlineData("null\n")]
    [InlineData("{\"refresh\":1}\n")]
    [InlineData("{\"refresh\":[\"orders\"]}\n")]
    [InlineData("{\"refresh\":\"orders\",\"refresh\":null}\n")]
    [InlineData("{\"refresh\":\"\\ud800\"}\n")]
    [InlineData("{\"refresh\":\"orders\"\n")]
    [InlineData("\u0000\u0001\u0002\n")]
    public async Task What_is_no_request_gets_an_error_and_changes_nothing(string line)
    {
        await using var server = Start();

        var answer = await SendAsync(Encoding.UTF8.GetBytes(line));

        Assert.Contains("\"CONTROL_REQUEST_INVALID\"", answer);
        Assert.Equal(0, _authority.Fetches);
    }

    [Fact]
    public async Task A_line_that_never_ends_is_not_read_to_its_end()
    {
        await using var server = Start();

        Assert.Equal("", await SendAsync(Encoding.UTF8.GetBytes(new string('x', 1 << 16))));
        Assert.Equal(0, (await RunAsync("refresh")).Code);
    }

    [Fact]
    public async Task Whoever_says_nothing_is_not_waited_for_and_blocks_nobody()
    {
        await using var server = Start();
        var silent = new List<Stream>();
        for (var i = 0; i < 8; i++)
            silent.Add((await Control.ConnectAsync(Control.FindServers()[0], TestContext.Current.CancellationToken))!);
        await Until.True(() => _time.ArmedTimers >= 8);

        var refresh = RunAsync("refresh");
        await Until.Done(refresh, _time, TimeSpan.FromSeconds(1));

        Assert.Equal(0, (await refresh).Code);
        foreach (var stream in silent)
            await stream.DisposeAsync();
    }

    [Fact]
    public async Task A_name_is_no_way_to_make_the_terminal_do_something()
    {
        await using var server = Start();

        var outcome = await RunAsync("refresh", "orders\u001b[2J");

        Assert.Equal(1, outcome.Code);
        Assert.DoesNotContain('\u001b', outcome.Error);
    }

    [Theory]
    [InlineData("{\"results\":[{\"credential\":\"a\\u001b[2J\",\"outcome\":\"refreshed\"}]}\n", 0, "a?[2J: refreshed\n")]
    [InlineData("{\"results\":{}}\n", 3, "")]
    [InlineData("{\"results\":[{}]}\n", 3, "")]
    [InlineData("nonsense\n", 3, "")]
    [InlineData("", 3, "")]
    public async Task What_a_server_answers_is_not_trusted_either(string line, int code, string output)
    {
        Assert.True(UnixFolder.TryPrepare(_sockets));
        await using var listener = new UnixControlSockets([_sockets]).Listen();
        var answering = AnswerAsync(listener, line);

        var outcome = await RunAsync("refresh");

        await answering;
        Assert.Equal((code, output), (outcome.Code, outcome.Output));
        Assert.Equal(code != 0, outcome.Error.Contains("[CONTROL_NO_ANSWER]", StringComparison.Ordinal));
    }

    [Fact]
    public void The_folders_are_those_of_the_user()
    {
        Environment["XDG_RUNTIME_DIR"] = Folder.Path;
        Assert.Equal(Path.Combine(Folder.Path, "rekey"), UnixFolder.Candidates(Environment)[0]);

        Environment["XDG_RUNTIME_DIR"] = "relative";
        Assert.All(UnixFolder.Candidates(Environment), static folder => Assert.Matches("^/(run/user/[0-9]+/rekey|var/run/rekey|tmp/rekey-[0-9]+)$", folder));
    }

    public override async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await base.DisposeAsync();
    }

    private ControlServer Start() =>
        ControlServer.TryStart(_registry, Control, _time, Logger) ?? throw new InvalidOperationException("No place for the channel.");

    private void Add(string name) => _registry.Add(Credential(name));

    private ManagedCredential<SecretValue> Credential(string name) => new(new CredentialOptions<SecretValue>
    {
        Name = name,
        Kind = "value",
        Source = _authority.Source,
        Verifier = _authority.Verifier,
        Secrets = Redactor,
        Time = _time,
        Logger = Logger,
        Policy = new RefreshPolicy { VerifyAttempts = 1, ObserveWindow = TimeSpan.Zero, RevokeTimeout = TimeSpan.Zero },
    });

    private async Task<string> SendAsync(byte[] bytes)
    {
        await using var stream = (await Control.ConnectAsync(Control.FindServers()[0], TestContext.Current.CancellationToken))!;
        try
        {
            await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            return Observe(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task AnswerAsync(IControlListener listener, string line)
    {
        await using var stream = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await ControlLine.ReadAsync(stream, ControlLine.LongestRequest, TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line), TestContext.Current.CancellationToken);
    }
}
