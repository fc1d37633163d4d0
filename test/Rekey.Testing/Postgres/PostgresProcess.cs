using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rekey.Testing.Postgres;

/// <summary>
/// The server's process, and the one place of this fixture that touches processes, the environment and the temporary folder. A
/// shell watches over the server and ends it when the pipe to this process closes, however this process ends.
/// </summary>
internal sealed class PostgresProcess
{
    private const int NotInstalled = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _shell;
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PostgresProcess(Process shell, int port, PostgresLog log)
    {
        _shell = shell;
        Port = port;
        Log = log;
        _ = ReadLogAsync();
    }

    public int Port { get; }

    public PostgresLog Log { get; }

    /// <summary>Starts a server. Without an installed PostgreSQL the test is skipped on a developer's machine and fails on CI.</summary>
    public static async Task<PostgresProcess> StartAsync(Secret password, int maxConnections, bool encrypts)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("The throw-away PostgreSQL needs a POSIX shell.");
        for (var attempt = 1; ; attempt++)
        {
            var process = Begin(password, FreePort(), maxConnections, encrypts);
            if (await process._ready.Task.WaitAsync(StartLimit, TimeProvider.System))
                return process;
            await process.EndAsync();
            if (process._shell.ExitCode == NotInstalled)
                Missing();
            // Somebody may have taken the port between the probe and the start.
            if (attempt == 3)
                throw new InvalidOperationException("PostgreSQL did not start: " + process.Log.Tail);
        }
    }

    /// <summary>Ends the server and waits until it is gone.</summary>
    public async Task EndAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync().WaitAsync(StartLimit, TimeProvider.System);
    }

    private static PostgresProcess Begin(Secret password, int port, int maxConnections, bool encrypts)
    {
        var home = Directory.CreateTempSubdirectory("rekey-postgres-").FullName;
        WritePrivately(Path.Combine(home, "password"), password.Reveal());
        WriteCertificate(home);
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            ArgumentList = { "-c", Script(), "postgres.sh", home, $"{port}", $"{maxConnections}", encrypts ? "on" : "off" },
        };
        return new PostgresProcess(Process.Start(start)!, port, new PostgresLog());
    }

    private async Task ReadLogAsync()
    {
        while (await _shell.StandardError.ReadLineAsync() is { } line)
        {
            Log.Add(line);
            if (line.EndsWith("database system is ready to accept connections", StringComparison.Ordinal))
                _ready.TrySetResult(true);
        }
        _ready.TrySetResult(false);
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Only the environment tells a build server from a developer's machine.")]
    private static void Missing()
    {
        const string Reason = "PostgreSQL is not installed (initdb and postgres were not found).";
        if (System.Environment.GetEnvironmentVariable("CI") is "true" or "1")
            throw new InvalidOperationException(Reason + " On CI these tests must run.");
        Assert.Skip(Reason);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string Script()
    {
        using var stream = typeof(PostgresProcess).Assembly.GetManifestResourceStream("Rekey.Testing.Postgres.postgres.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void WriteCertificate(string home)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        WritePrivately(Path.Combine(home, "server.crt"), certificate.ExportCertificatePem());
        WritePrivately(Path.Combine(home, "server.key"), key.ExportPkcs8PrivateKeyPem());
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
