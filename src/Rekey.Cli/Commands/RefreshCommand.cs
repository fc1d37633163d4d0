using Rekey.Cli.Control;

namespace Rekey.Cli.Commands;

/// <summary><c>rekey refresh</c>: tells the running servers that something has rotated.</summary>
internal sealed class RefreshCommand : Command
{
    public override string Name => "refresh";

    public override string Summary => "Make the running servers of this user look at their sources again.";

    public override string? Argument => "CREDENTIAL";

    public override string Explanation => """
        For hooks that know when a secret has rotated. Nothing is sent but the name: the servers
        fetch, verify and swap on their own, and keep what works when the new version does not.
        Without CREDENTIAL every credential is looked at. A hang-up signal to a server does the same.

        Examples:
          rekey refresh               # all credentials of all servers of this user
          rekey refresh orders        # one credential

        Exit codes: 0 done, 1 unknown credential, 2 refused, 3 no server or source unreachable.
        """;

    public override async Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var client = new ControlClient(surroundings.Control, surroundings.Time);
        var answers = await client.RefreshAsync(invocation.Argument, cancellationToken).ConfigureAwait(false);
        var errors = answers.Select(static a => a.Error).OfType<CredentialError>().ToList();
        // With several servers it is enough that one of them has the credential.
        if (answers.Any(static a => a.Error is null))
            errors.RemoveAll(static e => e.Code == ControlErrors.UnknownCredentialCode);
        if (answers.Count == 0)
            errors.Add(ControlErrors.NoServer());

        foreach (var result in answers.SelectMany(static a => a.Results))
            surroundings.Terminal.Out.WriteLine(Printable.Line($"{result.Credential}: {result.Outcome}{(result.Error is { } e ? $" [{e.Code}] {e.Message}" : "")}"));
        foreach (var error in errors.DistinctBy(static e => e.Code))
            surroundings.Terminal.Error.WriteLine(Printable.Failure(error));
        return CodeOf([.. errors, .. answers.SelectMany(static a => a.Results).Select(static r => r.Error).OfType<CredentialError>()]);
    }

    private static int CodeOf(IReadOnlyList<CredentialError> errors) =>
        errors.Count == 0 ? ExitCode.Ready
        : errors.Any(static e => e.Code == ControlErrors.UnknownCredentialCode) ? ExitCode.Configuration
        : errors.Any(static e => !e.Retryable) ? ExitCode.Refused
        : ExitCode.Unreachable;
}
