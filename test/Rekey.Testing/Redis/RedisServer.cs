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
    public static async Task<RedisServer> StartAsync(Secret password)
    {
        var process = await RedisProcess.StartAsync(password);
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

    /// <summary>Runs a command that answers with one line.</summary>
    public async Task<string> DoAsync(params string[] command)
    {
        await _turn.WaitAsync();
        try
        {
            var text = new StringBuilder($"*{command.Length}\r\n");
            foreach (var part in command)
                text.Append($"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
            await _admin.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
            var reply = await _replies.ReadLineAsync() ?? throw new EndOfStreamException();
            return reply.StartsWith('-') ? throw new InvalidOperationException($"Redis refused {command[0]}: {reply.Split(' ')[0]}") : reply;
        }
        finally
        {
            _turn.Release();
        }
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
