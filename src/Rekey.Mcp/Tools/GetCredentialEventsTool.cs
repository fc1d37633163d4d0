using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Arguments;

namespace Rekey.Mcp.Tools;

/// <summary>What happened to credentials since the server started, from memory alone.</summary>
internal sealed class GetCredentialEventsTool(CredentialEvents events, CredentialRegistry registry, ToolSetting setting)
    : RekeyTool(Text, new ParameterList(Credential, Limit), setting)
{
    private static readonly ToolText Text = new(
        "get_credential_events", "Get credential events",
        "Lists what happened to the credentials since this server started, the newest first: rotated, swapped, renewed, refreshed, failed with its code, rejected, signed in, drained. "
        + "It asks no service and shows no secret. Call it to learn why a credential failed or when it last changed.");

    private static readonly TextParameter Credential = new("credential", "Only the events of this credential; those of all when left out.");
    private static readonly IntegerParameter Limit = new("limit", "How many events at most.", minimum: 1, maximum: 500) { Default = 50 };

    protected override JsonElement OutputSchema => ResultSchema.Of(
        """
        "total": { "type": "integer", "minimum": 0 },
        "events": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "at": { "type": "string", "format": "date-time" },
              "credential": { "type": "string" },
              "event": { "enum": ["rotated", "swapped", "renewed", "refreshed", "attempt_failed", "failed", "rejected", "rolled_back", "signed_in", "drained", "revoked"] },
              "fingerprint": { "type": "string" },
              "source": { "type": "string" },
              "attempt": { "type": "integer" },
              "code": { "type": "string" },
              "message": { "type": "string" },
              "retryable": { "type": "boolean" }
            },
            "required": ["at", "credential", "event"],
            "additionalProperties": false
          }
        }
        """, "\"total\", \"events\"");

    protected override Task<CallToolResult> CallAsync(ToolArguments arguments, McpServer server, CancellationToken cancellationToken)
    {
        var name = arguments.Get(Credential);
        // What several share has no entry of its own, and its events are among those of all.
        var names = registry.All.SelectMany(static c => new[] { c.Name, c.Status.Parent }).OfType<string>().Distinct().ToList();
        if (name is not null && !names.Contains(name))
            throw new CredentialException(ArgumentErrors.Invalid([$"'credential' must be one of {string.Join(", ", names)}"]));
        return Task.FromResult(ToolResult.Success(json =>
        {
            json.WriteNumber("total", events.Total);
            json.WriteStartArray("events");
            foreach (var one in events.Latest(name, arguments.Get(Limit)))
                Write(json, one);
            json.WriteEndArray();
        }));
    }

    private static void Write(Utf8JsonWriter json, CredentialEvent one)
    {
        json.WriteStartObject();
        json.WriteOptional("at", one.At);
        json.WriteString("credential", one.Credential);
        json.WriteString("event", NameOf(one.Kind));
        json.WriteOptional("fingerprint", one.Fingerprint);
        json.WriteOptional("source", one.Source);
        if (one.Attempt is { } attempt)
            json.WriteNumber("attempt", attempt);
        json.WriteOptional("code", one.Error?.Code);
        json.WriteOptional("message", one.Error?.Message);
        if (one.Error is { } error)
            json.WriteBoolean("retryable", error.Retryable);
        json.WriteEndObject();
    }

    private static string NameOf(CredentialEventKind kind) => kind switch
    {
        CredentialEventKind.Rotated => "rotated",
        CredentialEventKind.Swapped => "swapped",
        CredentialEventKind.Renewed => "renewed",
        CredentialEventKind.Refreshed => "refreshed",
        CredentialEventKind.AttemptFailed => "attempt_failed",
        CredentialEventKind.Failed => "failed",
        CredentialEventKind.Rejected => "rejected",
        CredentialEventKind.RolledBack => "rolled_back",
        CredentialEventKind.SignedIn => "signed_in",
        CredentialEventKind.Drained => "drained",
        CredentialEventKind.Revoked => "revoked",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
