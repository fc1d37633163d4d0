using System.Diagnostics;
using System.Text.Json;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Commands;

/// <summary>The real executable as a client meets it: its streams, its signals, its exit codes.</summary>
public sealed class ServeTests : CommandTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_starts_without_any_credential_and_ends_with_its_input()
    {
        using var server = Start();

        Assert.Equal("rekey", (await InitializeAsync(server)).GetProperty("result").GetProperty("serverInfo").GetProperty("name").GetString());
        server.StandardInput.Close();

        Assert.Equal((0, ""), await EndAsync(server));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_ends_it_while_its_client_is_silent(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals");
        Environment["DATABASE_URL"] = $"postgres://me:{Plant("served-password").Reveal()}@127.0.0.1:1/x?sslmode=disable";
        using var server = Start();
        await InitializeAsync(server);

        await SignalAsync(server, signal);

        Assert.Equal(0, (await EndAsync(server)).Code);
    }

    [Fact]
    public async Task A_wrong_configuration_ends_it_at_once_and_says_nothing_on_standard_output()
    {
        using var server = Start("--config", Configure("""
            "orders": { "kind": "databse" }
            """));

        Assert.Equal("", await server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        var (code, error) = await EndAsync(server);

        Assert.Equal(1, code);
        Assert.Contains("credentials.orders.kind: The kind is unknown", error);
        Assert.Contains("credentials.orders.from: It is missing", error);
    }

    [Fact]
    public async Task A_credential_that_is_missing_does_not()
    {
        using var server = Start("--config", Configure("""
            "github": { "kind": "value", "from": "env://NOT_SET_ANYWHERE" },
            "orders": { "kind": "database", "from": "file://./none.json" }
            """));
        await InitializeAsync(server);

        var listed = await CallAsync(server, "list_credentials");
        server.StandardInput.Close();

        Assert.Equal(["github", "orders"], listed.GetProperty("credentials").EnumerateArray().Select(static c => c.GetProperty("name").GetString()));
        Assert.Equal(0, (await EndAsync(server)).Code);
    }

    [Fact]
    public async Task A_client_that_never_reads_standard_error_is_served_and_let_go()
    {
        using var server = Start("--log-level=info");
        await InitializeAsync(server);

        // Several times what a pipe holds.
        for (var i = 0; i < 500; i++)
            await CallAsync(server, "list_credentials");
        server.StandardInput.Close();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public async Task A_rotation_is_survived_on_a_hang_up_and_on_the_word_of_the_command_line()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals");
        Environment["XDG_RUNTIME_DIR"] = Folder.Path;
        var postgres = await PostgresServer.SharedAsync();
        var role = PostgresServer.NewName("serve");
        await postgres.CreateRoleAsync(role, PostgresServer.NewPassword());
        await RotateAsync(postgres, role);
        using var server = Start("serve", "--log-level=info", "--config", Configure("""
            "orders": { "kind": "database", "from": "file://./orders.json" }
            """));
        await InitializeAsync(server);
        AssertSuccess(await CallAsync(server, "list_schemas"));

        // Told by a signal, which does not wait …
        var before = await FingerprintAsync(server);
        await RotateAsync(postgres, role);
        await SignalAsync(server, "HUP");
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        while (await FingerprintAsync(server) == before)
            limit.Token.ThrowIfCancellationRequested();
        AssertSuccess(await CallAsync(server, "list_schemas"));

        // … and by the command, which does.
        before = await FingerprintAsync(server);
        await RotateAsync(postgres, role);
        using var refresh = Start("refresh", "orders");
        Assert.Matches("^orders: (refreshed|unchanged)\n$", Observe(await refresh.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(0, (await EndAsync(refresh)).Code);
        Assert.NotEqual(before, await FingerprintAsync(server));
        AssertSuccess(await CallAsync(server, "list_schemas"));

        server.StandardInput.Close();
        var (code, log) = await EndAsync(server);
        Assert.Equal(0, code);
        Assert.Contains("Hang-up: looking at every source again", log);
        await postgres.DropRoleAsync(role);
    }

    private async Task<string?> FingerprintAsync(Process server) =>
        (await CallAsync(server, "list_credentials")).GetProperty("credentials")[0].GetProperty("fingerprint").GetString();

    private static void AssertSuccess(JsonElement answer) => Assert.True(answer.GetProperty("success").GetBoolean(), answer.ToString());

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "rekey.exe" : "rekey"), args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder.Path,
        };
        foreach (var name in new[] { "REKEY_CONFIG", "REKEY_LOG", "DATABASE_URL", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME" })
            start.Environment.Remove(name);
        start.Environment["HOME"] = Folder.Path;
        foreach (var name in new[] { "DATABASE_URL", "XDG_RUNTIME_DIR" })
        {
            if (Environment.Get(name) is { } value)
                start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    private async Task<JsonElement> InitializeAsync(Process server)
    {
        var answer = await AskAsync(server, "initialize", """{ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "tests", "version": "1" } }""");
        await server.StandardInput.WriteLineAsync("""{ "jsonrpc": "2.0", "method": "notifications/initialized" }""");
        return answer;
    }

    private async Task<JsonElement> CallAsync(Process server, string tool) =>
        (await AskAsync(server, "tools/call", $$"""{ "name": "{{tool}}", "arguments": {} }""")).GetProperty("result").GetProperty("structuredContent");

    private async Task<JsonElement> AskAsync(Process server, string method, string parameters)
    {
        await server.StandardInput.WriteLineAsync($$"""{ "jsonrpc": "2.0", "id": 1, "method": "{{method}}", "params": {{parameters}} }""");
        await server.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        while (true)
        {
            var line = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken)
                ?? throw new InvalidOperationException(Observe(await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)));
            // Notifications stand between the answers.
            if (JsonDocument.Parse(Observe(line)).RootElement is var message && message.TryGetProperty("id", out _))
                return message;
        }
    }

    private async Task<(int Code, string Error)> EndAsync(Process process)
    {
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return (process.ExitCode, Observe(await error));
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    // The service first, then the source, in one step: no half of a file is ever seen.
    private async Task RotateAsync(PostgresServer postgres, string role)
    {
        var password = Plant(PostgresServer.NewPassword()).Reveal();
        await postgres.SetPasswordAsync(role, password);
        var next = Folder.File("orders.next", $$"""
            { "engine": "postgres", "host": "{{postgres.Host}}", "port": {{postgres.Port}}, "database": "postgres", "username": "{{role}}", "password": "{{password}}", "encrypt": false }
            """);
        File.Move(next, Path.Combine(Folder.Path, "orders.json"), overwrite: true);
    }
}
