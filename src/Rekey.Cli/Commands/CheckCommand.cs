using Rekey.Cli.Configuration;

namespace Rekey.Cli.Commands;

/// <summary><c>rekey check</c>: reads the configuration and proves every credential once.</summary>
internal sealed class CheckCommand : Command
{
    public override string Name => "check";

    public override string Summary => "Check the configuration and try every credential once.";

    public override IReadOnlyList<Option> Options => [Option.Config, Option.Json, Option.LogLevel];

    public override string Explanation => """
        Reads the configuration, fetches every credential and, where there is a service to ask, logs
        in once with it. No value is printed. It does what a start does: sessions of Slack and OAuth
        begin or are refreshed, and are stored; logins and leases of Vault are obtained, and revoked
        at the end; a wrapping token, or one use of a secret id, is spent.

        Examples:
          rekey check
          rekey check --config ./rekey.json --json

        Exit codes: 0 ready, 1 configuration, 2 refused or expired, 3 unreachable. Only required
        credentials count.
        """;

    public override async Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var output = surroundings.Terminal.Out;
        try
        {
            using var setup = Setup.Of(invocation, surroundings);
            var report = await ReportAsync(setup, surroundings, cancellationToken).ConfigureAwait(false);
            output.Write(invocation.Has(Option.Json) ? CheckJson.Of(report) : CheckTable.Of(report));
            return report.ExitCode;
        }
        catch (ConfigurationException e) when (invocation.Has(Option.Json))
        {
            output.Write(CheckJson.Of(e));
            return ExitCode.Configuration;
        }
    }

    private static async Task<CheckReport> ReportAsync(Setup setup, Surroundings surroundings, CancellationToken cancellationToken)
    {
        // Whoever waits at a prompt wants the first answer.
        var credentials = setup.BuildCredentials(new RefreshPolicy { VerifyAttempts = 1 });
        await using (credentials.ConfigureAwait(false))
        {
            var checks = await Task.WhenAll(credentials.Configured.All.Select(credential => Checked.OfAsync(credential, cancellationToken))).ConfigureAwait(false);
            return new CheckReport(setup.Configuration, checks, surroundings.Redactor.Warnings)
            {
                Store = credentials.Configured.All.Any(static c => c.Session is { NotRefreshable: null }) ? credentials.StoreDescription : null,
            };
        }
    }
}
