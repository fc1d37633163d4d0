using Microsoft.Extensions.Logging;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Redaction;

namespace Rekey.Cli.Commands;

/// <summary><c>rekey redact</c>: passes standard input on to standard output, every secret in it replaced.</summary>
internal sealed class RedactCommand : Command
{
    private static readonly Option Env = new("--env", "NAME=REFERENCE", "Hide what the reference names; several times for several secrets.") { IsRepeatable = true };

    // How long a reader that has stopped reading can keep what was told to stop.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public override string Name => "redact";

    public override string Summary => "Pass standard input on, every secret in it replaced.";

    public override IReadOnlyList<Option> Options => [Env, Option.Config, Option.LogLevel];

    public override string Explanation => """
        A filter between a command and whoever reads its output. It hides the secrets that --env
        names, without --env those of the configuration, with --env and --config both. Of a JSON
        document every field is hidden that is no plain address. All are fetched before the first
        byte is read and kept alive: what rotates meanwhile is hidden, old and new.

        What looks like a secret is hidden too. Everything else leaves at once and byte by byte as
        it came. Where one secret cannot be fetched, an optional one included, nothing passes at all.

        Examples:
          ./deploy.sh 2>&1 | rekey redact --env TOKEN=env://DEPLOY_TOKEN
          ./backup.sh | rekey redact --env db=vault://kv/orders --env key=file:///run/secrets/key
          ./run.sh | rekey redact     # the secrets of rekey.json

        Exit codes: 0 passed, or nobody reads any more, 1 command line or configuration, 2 refused
        or expired, 3 a source, the input or the output unreachable, 4 the check itself failed. A
        signal ends it as the end of its input does, within a second.
        """;

    public override async Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var setup = Setup.Of(invocation, surroundings, () => ConfigurationOf(invocation, surroundings));
        var credentials = setup.BuildCredentials(new RefreshPolicy(), verifies: false);
        await using (credentials.ConfigureAwait(false))
        {
            var failed = await FetchAsync(credentials.Configured, cancellationToken).ConfigureAwait(false);
            if (failed.Count > 0)
                return Refuse(failed, surroundings.Terminal.Error);
            if (credentials.Configured.All.Count == 0)
                CliLog.NothingKnown(setup.Logger);
            return Told(await PassAsync(credentials, setup.Logger, surroundings, cancellationToken).ConfigureAwait(false), surroundings.Terminal.Error);
        }
    }

    private static RekeyConfiguration ConfigurationOf(Invocation invocation, Surroundings surroundings)
    {
        var file = invocation.Has(Env) && !invocation.Has(Option.Config) ? null : Setup.ReadConfiguration(invocation, surroundings);
        return file is not null && !invocation.Has(Env) ? file : ContentReader.Read(invocation.All(Env), file);
    }

    private static async Task<IReadOnlyList<Checked>> FetchAsync(CredentialRegistry credentials, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(credentials.All.Select(credential => Checked.OfAsync(credential, cancellationToken))).ConfigureAwait(false);
        return [.. all.Where(static one => one.Error is not null)];
    }

    private static int Refuse(IReadOnlyList<Checked> failed, TextWriter error)
    {
        error.WriteLine($"rekey: nothing was passed, because {failed.Count} secret(s) could not be fetched:");
        foreach (var one in failed)
            error.WriteLine(Printable.Line($"  {one.Credential.Name}: [{one.Error!.Code}] {one.Error.Message} {one.Error.NextStep}".TrimEnd()));
        return failed.Any(static one => one.State == "refused") ? ExitCode.Refused : ExitCode.Unreachable;
    }

    private static async Task<FilterEnd> PassAsync(CredentialSet credentials, ILogger logger, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var told = Tell(surroundings.Redactor, logger, 0);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var refresher = credentials.Refresher.RunAsync(over.Token);
        try
        {
            var filter = new RedactingFilter(surroundings.Terminal.RawInput, surroundings.Terminal.RawOutput, new StreamRedactor(surroundings.Redactor));
            return await filter.RunAsync(Patience, surroundings.Time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await refresher.ConfigureAwait(false);
            Tell(surroundings.Redactor, logger, told);
        }
    }

    // A rotation may bring further ones.
    private static int Tell(SecretRedactor redactor, ILogger logger, int told)
    {
        var warnings = redactor.Warnings;
        foreach (var warning in warnings.Skip(told))
            CliLog.Redaction(logger, warning);
        return warnings.Count;
    }

    private static int Told(FilterEnd end, TextWriter error)
    {
        var (code, what) = end switch
        {
            FilterEnd.InputFailed => (ExitCode.Unreachable, "standard input cannot be read any further."),
            FilterEnd.OutputFailed => (ExitCode.Unreachable, "standard output cannot be written."),
            FilterEnd.CutShort => (ExitCode.Unreachable, "told to stop, it could not write all that had arrived."),
            FilterEnd.RedactorFailed => (ExitCode.Defect, "[REDACTION_FAILED] The stream ends here: what followed could not be checked for secrets. Please report it."),
            _ => (ExitCode.Ready, ""),
        };
        if (code != ExitCode.Ready)
            error.WriteLine($"rekey: {what}");
        return code;
    }
}
