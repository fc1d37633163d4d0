using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Arguments;

namespace Rekey.Mcp.Tools;

/// <summary>Obtains the newest version of a secret, proves it, and swaps it in. What works is never closed for it.</summary>
internal sealed class RefreshSecretTool : RekeyTool
{
    // Most clients give a call up after a minute.
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(50);

    // Signing in is another tool's, and what others are read with is no secret of anybody: these are not read from a store.
    private static readonly string[] SessionKinds = ["slack", "oauth", "aws-sso", "vault"];

    private static readonly ToolText Text = new(
        "refresh_secret", "Refresh secret",
        "Fetches the newest version of a secret from its store, verifies it, and swaps it in without a restart; running queries are not disturbed. "
        + "Call it when a tool reports that a login was refused, after somebody changed or rotated a password, or after signing in again at the store. "
        + "Without 'credential' it refreshes all of them. When a version is already the newest one it says unchanged. A failure leaves what worked in use.",
        IsReadOnly: false);

    private readonly IReadOnlyList<ManagedCredential> _credentials;
    private readonly ChoiceParameter _credential;

    private RefreshSecretTool(IReadOnlyList<ManagedCredential> credentials, ChoiceParameter credential, ToolSetting setting)
        : base(Text, new ParameterList(credential), setting)
    {
        _credentials = credentials;
        _credential = credential;
    }

    /// <summary>Whether the credential is fetched from somewhere, in contrast to a session that a human signs in to.</summary>
    public static bool Refreshes(ManagedCredential credential) => !SessionKinds.Contains(credential.Kind);

    /// <summary>Makes the tool for the credentials that it can refresh.</summary>
    public static RefreshSecretTool For(IReadOnlyList<ManagedCredential> credentials, ToolSetting setting) => new(
        credentials,
        new ChoiceParameter("credential", "The credential to refresh; all of them when left out.", [.. credentials.Select(static c => c.Name)]),
        setting);

    private const string Outcomes =
        """
        "credentials": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "name": { "type": "string" },
              "outcome": { "enum": ["refreshed", "unchanged", "failed"] },
              "verified": { "type": "boolean" },
              "fingerprint": { "type": "string" },
              "expiresAt": { "type": "string", "format": "date-time" },
              "code": { "type": "string" },
              "message": { "type": "string" },
              "retryable": { "type": "boolean" },
              "nextStep": { "type": "string" }
            },
            "required": ["name", "outcome", "verified"],
            "additionalProperties": false
          }
        }
        """;

    protected override JsonElement OutputSchema => ResultSchema.Of(
        $$"""
        "message": { "type": "string" },
        {{Outcomes}}
        """, "\"message\", \"credentials\"", errorDetails: Outcomes);

    protected override async Task<CallToolResult> CallAsync(ToolArguments arguments, McpServer server, CancellationToken cancellationToken)
    {
        var name = arguments.Get(_credential);
        var chosen = _credentials.Where(c => name is null || c.Name == name);
        var outcomes = await Task.WhenAll(chosen.Select(c => RefreshAsync(c, cancellationToken))).ConfigureAwait(false);
        var failed = outcomes.Where(static o => o.Error is not null).Select(static o => (o.Name, o.Error!)).ToList();
        if (failed.Count > 0)
        {
            var error = outcomes.Length == 1 ? failed[0].Item2 : ToolErrors.RefreshFailed(failed, outcomes.Length);
            return ToolResult.Failure(error, json => Write(json, outcomes));
        }
        var message = outcomes.Length == 1 ? outcomes[0].Message : string.Join('\n', outcomes.Select(static o => $"{o.Name}: {o.Message}"));
        return ToolResult.Success(
            json =>
            {
                json.WriteString("message", message);
                Write(json, outcomes);
            },
            message);
    }

    private async Task<RefreshOutcome> RefreshAsync(ManagedCredential credential, CancellationToken cancellationToken)
    {
        try
        {
            return await OutcomeAsync(credential, cancellationToken).WaitAsync(WaitLimit, Setting.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return RefreshOutcome.Failed(credential, ToolErrors.RefreshInProgress(credential.Name, Text.Name));
        }
    }

    private static async Task<RefreshOutcome> OutcomeAsync(ManagedCredential credential, CancellationToken cancellationToken) =>
        await credential.RefreshAsync(RefreshTrigger.Manual, cancellationToken).ConfigureAwait(false) switch
        {
            RefreshResult.Refreshed refreshed => RefreshOutcome.Refreshed(credential, refreshed.Lease),
            RefreshResult.Unchanged unchanged => await UnchangedAsync(credential, unchanged.Lease, cancellationToken).ConfigureAwait(false),
            RefreshResult.Failed failed => RefreshOutcome.Failed(credential, failed.Error),
            var other => throw new InvalidOperationException(other.GetType().Name),
        };

    // Nothing new was proved by reading the same version: whoever asks wants to know whether it works.
    private static async Task<RefreshOutcome> UnchangedAsync(ManagedCredential credential, Lease lease, CancellationToken cancellationToken) =>
        await credential.ProbeAsync(cancellationToken).ConfigureAwait(false) switch
        {
            null => RefreshOutcome.Unchanged(credential, lease, isVerified: false),
            { Outcome: VerificationOutcome.Accepted } => RefreshOutcome.Unchanged(credential, lease, isVerified: true),
            { Outcome: VerificationOutcome.Refused } refused => RefreshOutcome.Failed(credential, refused.Error ?? CredentialErrors.Rejected(credential.Name)),
            var unknown => RefreshOutcome.Failed(credential, unknown.Error ?? CredentialErrors.Unverifiable(credential.Name)),
        };

    private static void Write(Utf8JsonWriter json, RefreshOutcome[] outcomes)
    {
        json.WriteStartArray("credentials");
        foreach (var outcome in outcomes)
            outcome.WriteTo(json);
        json.WriteEndArray();
    }
}
