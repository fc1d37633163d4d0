using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Control;
using Rekey.Cli.Sessions;
using Rekey.Mcp;

namespace Rekey.Cli.Commands;

/// <summary><c>rekey serve</c>: the MCP server on standard input and output.</summary>
internal sealed class ServeCommand : Command
{
    private const string SetupHint =
        "No credential is configured. Set DATABASE_URL in the environment of this server, or describe credentials in "
        + "~/.config/rekey/rekey.json (Windows: %APPDATA%\\rekey\\rekey.json); 'rekey --help' shows an example. Then restart it.";

    public override string Name => "serve";

    public override string Summary => "Run the MCP server on standard input and output.";

    private static readonly Option Strict = new("--strict", null, "Do not start without every required credential (exit code 2).");

    public override IReadOnlyList<Option> Options => [Strict, Option.Config, Option.LogLevel];

    public override string Explanation => """
        An MCP client starts it, speaks to it on standard input and output, and ends it by closing
        them. The log goes to standard error, every secret in it replaced.

        A wrong configuration ends it at once with exit code 1 and a list of all problems. A
        credential that is missing, refused or expired does not: that is what its tools repair. With
        --strict it does, for orchestrators that start it again: within 30 s, naming all of them.

        A hang-up signal, or 'rekey refresh', makes it look at every source again.
        """;

    public override async Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var setup = Setup.Of(invocation, surroundings);
        var credentials = setup.BuildCredentials(new RefreshPolicy());
        await using (credentials.ConfigureAwait(false))
        {
            var databases = new DatabaseSet(credentials.Databases, setup.Drivers, setup.Logger);
            await using (databases.ConfigureAwait(false))
            {
                var start = new StartReport(credentials.Configured, setup.Logger, surroundings.Time);
                Task Serve() => ServeAsync(setup, credentials, databases, surroundings, cancellationToken);
                if (!invocation.Has(Strict))
                    await start.RunBesideAsync(Serve, cancellationToken).ConfigureAwait(false);
                else if (await start.RunAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } missing)
                    return Refuse(missing, surroundings.Terminal.Error);
                else
                    await Serve().ConfigureAwait(false);
            }
        }
        return ExitCode.Ready;
    }

    private static int Refuse(IReadOnlyList<CredentialStatus> missing, TextWriter error)
    {
        error.WriteLine($"rekey: {missing.Count} required credential(s) missing:");
        foreach (var status in missing)
            error.WriteLine(Printable.Line($"  {status.Name}: {(status.LastError is { } why ? $"[{why.Code}] {why.Message} {why.NextStep}".TrimEnd() : "no answer yet")}"));
        return ExitCode.Refused;
    }

    private static async Task ServeAsync(
        Setup setup, CredentialSet credentials, DatabaseSet databases, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var hangUp = OnHangUp(credentials.Configured, setup.Logger, over.Token);
        var control = ControlServer.TryStart(credentials.Configured, surroundings.Control, surroundings.Time, setup.Logger);
        var sessions = SessionFinders.For(credentials, surroundings);
        var refresher = credentials.Refresher.RunAsync(over.Token);
        try
        {
            await RekeyServer.RunAsync(
                new RekeyServerOptions
                {
                    Registry = credentials.Configured,
                    Redactor = surroundings.Redactor,
                    Databases = databases.Bindings,
                    Events = credentials.Events,
                    Sessions = credentials.Configured.All.Any(static c => c.Kind == Words.AwsSsoKind) || sessions.HasAny ? sessions : null,
                    Version = Surroundings.Version,
                    Time = surroundings.Time,
                    LoggerFactory = setup.Loggers,
                    SetupHint = SetupHint,
                },
                surroundings.Terminal.Input, surroundings.Terminal.Output, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            if (control is not null)
                await control.DisposeAsync().ConfigureAwait(false);
            await refresher.ConfigureAwait(false);
        }
    }

    // On Windows this signal means that the console closes, and is left to do that.
    private static PosixSignalRegistration? OnHangUp(CredentialRegistry credentials, ILogger logger, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            CliLog.HangUp(logger);
            _ = ControlServer.RefreshAsync(credentials, name: null, cancellationToken);
        });
}
