using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Rekey.Testing.Aws;

/// <summary>
/// The real AWS CLI, to prove that a server here speaks as AWS does. It sees nothing of the user's own configuration; keys reach it by its
/// environment.
/// </summary>
public sealed class AwsCli
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _command;
    private readonly Dictionary<string, string> _environment;

    private AwsCli(string command, Dictionary<string, string> environment)
    {
        _command = command;
        _environment = environment;
    }

    /// <summary>The CLI as a principal. Where it is not installed the test is skipped on a developer's machine and fails on CI.</summary>
    public static AwsCli As(Principal principal, string region)
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = principal.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = principal.SecretAccessKey.Reveal(),
            ["AWS_DEFAULT_REGION"] = region,
        };
        if (principal.SessionToken is { } token)
            environment["AWS_SESSION_TOKEN"] = token.Reveal();
        return With(environment);
    }

    /// <summary>The CLI with an environment of one's own.</summary>
    public static AwsCli With(Dictionary<string, string> environment) => new(Find(), new Dictionary<string, string>(environment)
    {
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["AWS_MAX_ATTEMPTS"] = "1",
        ["AWS_PAGER"] = "",
    });

    /// <summary>Runs a command against a server to its end.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> RunAsync(Uri endpoint, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_command, ["--endpoint-url", endpoint.ToString(), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(static n => n.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Only the environment tells where commands are, and a build server from a developer's machine.")]
    private static string Find()
    {
        const string Reason = "The AWS CLI is not installed.";
        var folders = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (folders.Select(static f => Path.Combine(f, "aws")).FirstOrDefault(File.Exists) is { } command)
            return command;
        if (System.Environment.GetEnvironmentVariable("CI") is "true" or "1")
            throw new InvalidOperationException(Reason + " On CI these tests must run.");
        Assert.Skip(Reason);
        return "";
    }
}
