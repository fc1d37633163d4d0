using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Rekey.Testing.Sso;

/// <summary>The real AWS CLI, version 2, in a home of its own and with the fake Identity Center in the place of AWS.</summary>
public sealed class SsoCli
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _command;
    private readonly string _home;
    private readonly Uri _server;

    private SsoCli(string command, string home, Uri server) => (_command, _home, _server) = (command, home, server);

    /// <summary>Where version 2 is not installed the test is skipped on a developer's machine and fails on CI.</summary>
    public static async Task<SsoCli> InAsync(string home, Uri server)
    {
        foreach (var command in Candidates())
        {
            var cli = new SsoCli(command, home, server);
            if (!(await cli.RunAsync("--version")).Output.StartsWith("aws-cli/2", StringComparison.Ordinal))
                continue;
            // Version 2 knew no variable for endpoints at first, and always took rules from the user's models.
            cli.Direct("sso", "2019-06-10");
            cli.Direct("sso-oidc", "2019-06-10");
            cli.Direct("sts", "2011-06-15");
            return cli;
        }
        Missing("Version 2 of the AWS CLI is not installed.");
        throw new UnreachableException();
    }

    /// <summary>Runs a command to its end. Each line of its output is told as it comes.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(IEnumerable<string> arguments, Action<string>? line = null)
    {
        var start = new ProcessStartInfo(_command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(static n => n.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["HOME"] = _home;
        start.Environment["AWS_ENDPOINT_URL"] = _server.AbsoluteUri;
        start.Environment["AWS_DEFAULT_REGION"] = "eu-west-3";
        start.Environment["AWS_MAX_ATTEMPTS"] = "1";
        start.Environment["AWS_PAGER"] = "";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["BROWSER"] = "true";
        start.Environment["PYTHONUNBUFFERED"] = "1";
        using var process = Process.Start(start)!;
        try
        {
            var output = ReadAsync(process.StandardOutput, line);
            var errors = ReadAsync(process.StandardError, told: null);
            await process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    public Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(arguments, line: null);

    private static async Task<string> ReadAsync(StreamReader reader, Action<string>? told)
    {
        var lines = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            told?.Invoke(line);
        }
        return string.Join('\n', lines);
    }

    private void Direct(string service, string version)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home, ".aws", "models", service, version)).FullName;
        File.WriteAllText(Path.Combine(folder, "endpoint-rule-set-1.json"), $$"""
            {
              "version": "1.0",
              "parameters": {
                "Region": { "builtIn": "AWS::Region", "required": false, "documentation": "x", "type": "String" },
                "UseDualStack": { "builtIn": "AWS::UseDualStack", "required": true, "default": false, "documentation": "x", "type": "Boolean" },
                "UseFIPS": { "builtIn": "AWS::UseFIPS", "required": true, "default": false, "documentation": "x", "type": "Boolean" },
                "Endpoint": { "builtIn": "SDK::Endpoint", "required": false, "documentation": "x", "type": "String" }
              },
              "rules": [{ "conditions": [], "endpoint": { "url": "{{_server.AbsoluteUri.TrimEnd('/')}}", "properties": {}, "headers": {} }, "type": "endpoint" }]
            }
            """);
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Only the environment tells where commands are.")]
    private static List<string> Candidates() =>
        [.. (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(static f => Path.Combine(f, "aws")).Where(File.Exists)];

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The environment tells a build server from a developer's machine.")]
    private static void Missing(string reason)
    {
        if (System.Environment.GetEnvironmentVariable("CI") is "true" or "1")
            throw new InvalidOperationException(reason + " On CI these tests must run.");
        Assert.Skip(reason);
    }
}
