using Rekey.Cli.Configuration;

namespace Rekey.Cli.Commands;

/// <summary>One credential after it was tried.</summary>
internal sealed record Checked(RefreshResult Result, CredentialStatus Credential)
{
    /// <summary>Tries it once.</summary>
    public static async Task<Checked> OfAsync(ManagedCredential credential, CancellationToken cancellationToken) =>
        new(await credential.RefreshAsync(RefreshTrigger.Demand, cancellationToken).ConfigureAwait(false), credential.Status);

    public CredentialError? Error => (Result as RefreshResult.Failed)?.Error;

    /// <summary>What a script reads: <c>ready</c>, <c>unverified</c>, <c>refused</c> or <c>unreachable</c>.</summary>
    public string State => Error switch
    {
        null => Credential.IsVerified ? "ready" : "unverified",
        // What has expired answered, and is of no use.
        { Kind: not FailureKind.Unavailable } or { Code: "CREDENTIAL_EXPIRED" } => "refused",
        _ => "unreachable",
    };
}

/// <summary>All credentials of a configuration after they were tried.</summary>
internal sealed record CheckReport(RekeyConfiguration Configuration, IReadOnlyList<Checked> Credentials, IReadOnlyList<string> RedactionWarnings)
{
    /// <summary>Where sessions are kept and how they are protected; null where there are none.</summary>
    public string? Store { get; init; }

    /// <summary>What is wrong although it works: of the configuration, of what is hidden, and of each source.</summary>
    public IEnumerable<string> Warnings => [.. Configuration.Warnings, .. RedactionWarnings, .. Credentials.Select(static c => c.Credential).Select(NoteOf).OfType<string>()];

    /// <summary>The worst of what is required: <c>ready</c>, <c>refused</c> or <c>unreachable</c>.</summary>
    public string State
    {
        get
        {
            var states = Credentials.Where(static c => c.Credential.IsRequired).Select(static c => c.State).ToHashSet();
            return states.Contains("refused") ? "refused" : states.Contains("unreachable") ? "unreachable" : "ready";
        }
    }

    public int ExitCode => State switch
    {
        "refused" => Cli.ExitCode.Refused,
        "unreachable" => Cli.ExitCode.Unreachable,
        _ => Cli.ExitCode.Ready,
    };

    private static string? NoteOf(CredentialStatus credential) =>
        credential.Warning is { } note ? $"{credential.Name}: [{note.Code}] {note.Message} {note.NextStep}".TrimEnd() : null;
}
