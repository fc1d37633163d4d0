using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Arguments;

namespace Rekey.Mcp.Tools;

/// <summary>Asks every service whether it accepts its credential, all at once.</summary>
internal sealed class HealthCheckTool(CredentialRegistry registry, string setupHint, ToolSetting setting) : RekeyTool(Text, new ParameterList(), setting)
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(20);

    private static readonly ToolText Text = new(
        "health_check", "Check credentials",
        "Asks each service whether it accepts its credential now. Every credential is healthy (proved), unverified (nothing can prove it), "
        + "degraded (it works, its refresh does not) or unhealthy, with the reason, times and the next step. An error UNHEALTHY means that a required "
        + "credential does not work. Call it after a failure to see which credential is the cause; no need to call it before other tools.");

    private const string Members =
        """
        "credentials": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": {
              "name": { "type": "string" },
              "kind": { "type": "string" },
              "health": { "enum": ["healthy", "unverified", "degraded", "unhealthy"] },
              "phase": { "enum": ["starting", "ready", "refresh_due", "degraded", "expiring", "expired", "rejected", "needs_user_action"] },
              "required": { "type": "boolean" },
              "code": { "type": "string" },
              "message": { "type": "string" },
              "nextStep": { "type": "string" },
              "warning": { "type": "string" },
              "parent": { "type": "string" },
              "issuedAt": { "type": "string", "format": "date-time" },
              "expiresAt": { "type": "string", "format": "date-time" },
              "lastAttemptAt": { "type": "string", "format": "date-time" },
              "lastSuccessAt": { "type": "string", "format": "date-time" },
              "nextAttemptAt": { "type": "string", "format": "date-time" },
              "failures": { "type": "integer" }
            },
            "required": ["name", "kind", "health", "phase", "required", "failures"],
            "additionalProperties": false
          }
        }
        """;

    protected override JsonElement OutputSchema => ResultSchema.Of(
        $$"""
        "status": { "enum": ["healthy", "unverified", "degraded", "unconfigured"] },
        {{Members}},
        "setup": { "type": "string" }
        """, "\"status\", \"credentials\"", errorDetails: Members);

    protected override async Task<CallToolResult> CallAsync(ToolArguments arguments, McpServer server, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(registry.All.Select(c => CheckAsync(c, cancellationToken))).ConfigureAwait(false);
        var broken = all.Where(static h => h.Status.IsRequired && h.Health is Health.Unhealthy).ToList();
        if (broken.Count > 0)
        {
            var error = ToolErrors.Unhealthy(
                [.. broken.Select(static h => h.Status.Name)], broken.All(static h => h.Error?.Retryable ?? true), broken[0].Error?.NextStep);
            return ToolResult.Failure(error, json => Write(json, all));
        }
        return ToolResult.Success(json =>
        {
            json.WriteString("status", Overall(all));
            Write(json, all);
            if (all.Length == 0)
                json.WriteString("setup", setupHint);
        });
    }

    private async Task<CredentialHealth> CheckAsync(ManagedCredential credential, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await credential.ProbeAsync(cancellationToken).WaitAsync(ProbeLimit, Setting.Time, cancellationToken).ConfigureAwait(false);
            return CredentialHealth.Of(credential.Status, answer, Setting.Time.GetUtcNow());
        }
        catch (TimeoutException)
        {
            var timeout = Verification.Indeterminate(ToolErrors.ProbeTimeout(credential.Name));
            return CredentialHealth.Of(credential.Status, timeout, Setting.Time.GetUtcNow());
        }
    }

    private static string Overall(CredentialHealth[] all)
    {
        if (all.Length == 0)
            return "unconfigured";
        // Not required and not usable: the server as a whole is degraded.
        var worst = all.Max(static h => h.Health);
        return CredentialHealth.NameOf(worst is Health.Unhealthy ? Health.Degraded : worst);
    }

    private static void Write(Utf8JsonWriter json, CredentialHealth[] all)
    {
        json.WriteStartArray("credentials");
        foreach (var health in all)
            health.WriteTo(json);
        json.WriteEndArray();
    }
}
