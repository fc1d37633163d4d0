using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Arguments;

namespace Rekey.Mcp.Tools;

/// <summary>What is configured and how each credential is, from memory alone.</summary>
internal sealed class ListCredentialsTool(CredentialRegistry registry, string setupHint, ToolSetting setting) : RekeyTool(Text, new ParameterList(), setting)
{
    private static readonly ToolText Text = new(
        "list_credentials", "List credentials",
        "Lists the credentials that this server keeps alive: name, kind, source, phase, fingerprint, age, end, next attempt, and what to do. "
        + "It asks no service and shows no secret. Call it to learn the names that refresh_secret takes, or why a credential is not refreshed.");

    protected override JsonElement OutputSchema => ResultSchema.Of(
        """
        "credentials": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "name": { "type": "string" },
              "kind": { "type": "string" },
              "source": { "type": "string" },
              "answeredBy": { "type": "string" },
              "phase": { "enum": ["starting", "ready", "refresh_due", "degraded", "expiring", "expired", "rejected", "needs_user_action"] },
              "required": { "type": "boolean" },
              "rotatable": { "type": "boolean" },
              "verified": { "type": "boolean" },
              "fingerprint": { "type": "string" },
              "ageSeconds": { "type": "integer" },
              "expiresAt": { "type": "string", "format": "date-time" },
              "nextAttemptAt": { "type": "string", "format": "date-time" },
              "failures": { "type": "integer" },
              "lastRefreshAt": { "type": "string", "format": "date-time" },
              "totalRefreshes": { "type": "integer" },
              "nextRefreshAt": { "type": "string", "format": "date-time" },
              "needsHuman": { "type": "boolean" },
              "lastErrorCode": { "type": "string" },
              "parent": { "type": "string" },
              "whatToDo": { "type": "string" }
            },
            "required": ["name", "kind", "source", "phase", "required", "rotatable", "verified", "failures", "needsHuman", "whatToDo"],
            "additionalProperties": false
          }
        },
        "setup": { "type": "string" }
        """, "\"credentials\"");

    protected override Task<CallToolResult> CallAsync(ToolArguments arguments, McpServer server, CancellationToken cancellationToken) =>
        Task.FromResult(ToolResult.Success(json =>
        {
            var all = registry.All;
            json.WriteStartArray("credentials");
            foreach (var credential in all)
                Write(json, credential.Status, credential.Session);
            json.WriteEndArray();
            if (all.Count == 0)
                json.WriteString("setup", setupHint);
        }));

    private void Write(Utf8JsonWriter json, CredentialStatus status, SessionStatus? session)
    {
        json.WriteStartObject();
        json.WriteString("name", status.Name);
        json.WriteString("kind", status.Kind);
        json.WriteString("source", status.Source);
        json.WriteOptional("answeredBy", status.AnsweredBy);
        json.WriteString("phase", StatusJson.PhaseName(status.Phase));
        json.WriteBoolean("required", status.IsRequired);
        json.WriteBoolean("rotatable", status.CanRotate);
        json.WriteBoolean("verified", status.IsVerified);
        json.WriteOptional("fingerprint", status.Fingerprint);
        if (status.IssuedAt is { } issued)
            json.WriteNumber("ageSeconds", (long)Math.Max(0, (Setting.Time.GetUtcNow() - issued).TotalSeconds));
        json.WriteOptional("expiresAt", status.ExpiresAt);
        json.WriteOptional("nextAttemptAt", status.NextAttemptAt);
        json.WriteNumber("failures", status.Failures);
        WriteSession(json, session);
        json.WriteBoolean("needsHuman", status.Phase is CredentialPhase.NeedsUserAction);
        json.WriteOptional("lastErrorCode", status.LastError?.Code);
        json.WriteOptional("parent", status.Parent);
        json.WriteString("whatToDo", WhatToDo(status, session is null ? "refresh_secret" : "refresh_credentials"));
        json.WriteEndObject();
    }

    private static void WriteSession(Utf8JsonWriter json, SessionStatus? session)
    {
        if (session is null or { NotRefreshable: not null })
            return;
        json.WriteOptional("lastRefreshAt", session.RefreshedAt);
        json.WriteNumber("totalRefreshes", session.Refreshes);
        json.WriteOptional("nextRefreshAt", session.DueAt);
    }

    private static string WhatToDo(CredentialStatus status, string tool) => status switch
    {
        { Phase: CredentialPhase.Starting } => "Nothing: it is fetched when it is needed.",
        { Phase: CredentialPhase.Ready or CredentialPhase.RefreshDue } => "Nothing.",
        { CanRotate: false } => "Its source cannot change while this server runs: correct it and start the server again.",
        { LastError: { NextStep: { } step } } => step,
        { Phase: CredentialPhase.Degraded or CredentialPhase.Expiring } => "Nothing yet: it works, and the refresh is tried again on its own.",
        { Phase: CredentialPhase.NeedsUserAction } => "A human must act; call health_check for the reason.",
        _ => $"Call {tool}; if that fails, correct the secret at its source.",
    };
}
