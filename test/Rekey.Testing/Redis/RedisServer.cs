using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Rekey.Testing.Redis;

/// <summary>A real, throw-away Redis on loopback, with the acts that a rotation does to it. It ends with the test process.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly RedisProcess _process;
    private readonly TcpClient _admin;
    private readonly StreamReader _replies;
    private readonly SemaphoreSlim _turn = new(1);

    private RedisServer(RedisProcess process, TcpClient admin)
    {
        (_process, _admin) = (process, admin);
        _replies = new StreamReader(admin.GetStream(), Encoding.UTF8, leaveOpen: true);
    }

    /// <summary>A server whose default user has this password. Who is logged in stays so, whatever becomes of the password.</summary>
    public static async Task<RedisServer> StartAsync(Secret password, int? port = null)
    {
        var process = await RedisProcess.StartAsync(password, port);
        var admin = new TcpClient();
        await admin.ConnectAsync("127.0.0.1", process.Port);
        var server = new RedisServer(process, admin);
        await server.DoAsync("AUTH", password.Reveal());
        return server;
    }

    public string Host => "127.0.0.1";

    public int Port => _process.Port;

    /// <summary>The same server where it speaks TLS.</summary>
    public int TlsPort => _process.TlsPort;

    /// <summary>The certificate that it shows there, which nobody vouches for.</summary>
    public X509Certificate2 Certificate => _process.Certificate;

    /// <summary>A password that no other test uses.</summary>
    public static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    /// <summary>Gives the default user another password; an empty one lets everybody in.</summary>
    public Task RequirePasswordAsync(string password) => DoAsync("CONFIG", "SET", "requirepass", password);

    /// <summary>Makes a user, or changes one, by rules such as <c>on</c>, <c>&gt;password</c>, <c>+@all</c>.</summary>
    public Task SetUserAsync(string name, params string[] rules) => DoAsync(["ACL", "SETUSER", name, .. rules]);

    /// <summary>Runs a command as the default user.</summary>
    public Task DoAsync(params string[] command) => AskAsync(command);

    /// <summary>Runs a command that answers with a text.</summary>
    public async Task<string> ReadAsync(params string[] command) => await AskAsync(command) ?? throw new InvalidOperationException($"Redis has no text for {command[0]}.");

    private async Task<string?> AskAsync(string[] command)
    {
        await _turn.WaitAsync();
        try
        {
            var parts = command.Select(static part => $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
            await _admin.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"*{command.Length}\r\n{string.Concat(parts)}"));
            var head = await _replies.ReadLineAsync() ?? throw new EndOfStreamException();
            if (head.StartsWith('-'))
                throw new InvalidOperationException($"Redis refused {command[0]}: {head.Split(' ')[0]}"); // what follows may repeat an argument
            return head.StartsWith('$') ? await BulkAsync(int.Parse(head.AsSpan(1), CultureInfo.InvariantCulture)) : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    // What is read this way is ASCII, where a byte is a character.
    private async Task<string> BulkAsync(int length)
    {
        var text = new char[length + 2];
        await _replies.ReadBlockAsync(text);
        return new string(text, 0, length);
    }

    /// <summary>Ends the server; nobody listens at its port any more.</summary>
    public Task StopAsync() => _process.EndAsync();

    public async ValueTask DisposeAsync()
    {
        _replies.Dispose();
        _admin.Dispose();
        _turn.Dispose();
        await _process.EndAsync();
        Certificate.Dispose();
    }
}
