using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rekey.Testing.Redis;

/// <summary>
/// The server's process, and the one place of this fixture that touches processes, the environment and the temporary folder. A
/// shell watches over the server and ends it when the pipe to this process closes, however this process ends.
/// </summary>
internal sealed class RedisProcess
{
    private const int NotInstalled = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _shell;
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RedisProcess(Process shell, int port, int tlsPort, X509Certificate2 certificate)
    {
        _shell = shell;
        (Port, TlsPort, Certificate) = (port, tlsPort, certificate);
        _ = ReadLogAsync();
    }

    public int Port { get; }

    public int TlsPort { get; }

    public X509Certificate2 Certificate { get; }

    /// <summary>Starts a server. Without an installed Redis the test is skipped on a developer's machine and fails on CI.</summary>
    public static async Task<RedisProcess> StartAsync(Secret password, int? port)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("The throw-away Redis needs a POSIX shell.");
        for (var attempt = 1; ; attempt++)
        {
            var process = Begin(password, port);
            if (await process._ready.Task.WaitAsync(StartLimit, TimeProvider.System))
                return process;
            await process.EndAsync();
            if (process._shell.ExitCode == NotInstalled)
                Missing();
            // Somebody may have taken a port between the probe and the start.
            if (attempt == 3)
                throw new InvalidOperationException("Redis did not start.");
        }
    }

    /// <summary>Ends the server and waits until it is gone.</summary>
    public async Task EndAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync().WaitAsync(StartLimit, TimeProvider.System);
    }

    private static RedisProcess Begin(Secret password, int? wanted)
    {
        var home = Directory.CreateTempSubdirectory("rekey-redis-").FullName;
        var (free, tlsPort) = FreePorts();
        var port = wanted ?? free;
        var certificate = WriteCertificate(home);
        WritePrivately(Path.Combine(home, "redis.conf"), $"""
            bind 127.0.0.1
            port {port}
            tls-port {tlsPort}
            tls-cert-file {home}/server.crt
            tls-key-file {home}/server.key
            tls-auth-clients no
            save ""
            requirepass {password.Reveal()}
            """);
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "-c", Script(), "redis.sh", home },
        };
        return new RedisProcess(Process.Start(start)!, port, tlsPort, certificate);
    }

    private async Task ReadLogAsync()
    {
        while (await _shell.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.EndsWith("Ready to accept connections", StringComparison.Ordinal))
                _ready.TrySetResult(true);
        }
        _ready.TrySetResult(false);
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Only the environment tells a build server from a developer's machine.")]
    private static void Missing()
    {
        const string Reason = "Redis is not installed (redis-server was not found).";
        if (System.Environment.GetEnvironmentVariable("CI") is "true" or "1")
            throw new InvalidOperationException(Reason + " On CI these tests must run.");
        Assert.Skip(Reason);
    }

    private static (int Port, int TlsPort) FreePorts()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        other.Start();
        return (((IPEndPoint)one.LocalEndpoint).Port, ((IPEndPoint)other.LocalEndpoint).Port);
    }

    private static string Script()
    {
        using var stream = typeof(RedisProcess).Assembly.GetManifestResourceStream("Rekey.Testing.Redis.redis.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static X509Certificate2 WriteCertificate(string home)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        WritePrivately(Path.Combine(home, "server.crt"), made.ExportCertificatePem());
        WritePrivately(Path.Combine(home, "server.key"), key.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadCertificate(made.RawData);
    }

    private static void WritePrivately(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
