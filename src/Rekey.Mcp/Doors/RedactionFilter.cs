using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Tools;
using Rekey.Redaction;

namespace Rekey.Mcp.Doors;

/// <summary>
/// Hides secrets in the decoded texts of an outgoing message, where its structure cannot break. The sweep of the bytes comes after it.
/// When it fails, the message does not go out: it fails closed.
/// </summary>
internal sealed class RedactionFilter(SecretRedactor redactor, ILogger logger)
{
    private const int InternalError = -32603;

    // Never altered: a hit in one of them is the sweep's to answer, with an error.
    private static readonly HashSet<string> Untouched = new(StringComparer.Ordinal) { "cursor", "nextCursor", "requestState", "progressToken" };

    /// <summary>Stands around the transport.</summary>
    public McpMessageHandler Around(McpMessageHandler next) => async (context, cancellationToken) =>
    {
        if (Cleaned(context.JsonRpcMessage) is not { } message)
            return;
        context.JsonRpcMessage = message;
        await next(context, cancellationToken).ConfigureAwait(false);
    };

    private JsonRpcMessage? Cleaned(JsonRpcMessage message)
    {
        try
        {
            Clean(message);
            return message;
        }
        catch (Exception e)
        {
            ToolLog.RedactionFailed(logger, e.GetType().Name);
            return message is JsonRpcMessageWithId answer ? Withheld(answer) : null;
        }
    }

    private static JsonRpcError Withheld(JsonRpcMessageWithId answer)
    {
        var error = RedactionErrors.Failed();
        return new JsonRpcError
        {
            Id = answer.Id,
            Context = answer.Context,
            Error = new JsonRpcErrorDetail { Code = InternalError, Message = $"[{error.Code}] {error.Message}" },
        };
    }

    private void Clean(JsonRpcMessage message)
    {
        switch (message)
        {
            case JsonRpcResponse response:
                response.Result = Clean(response.Result);
                break;
            case JsonRpcNotification notification:
                notification.Params = Clean(notification.Params);
                break;
            case JsonRpcRequest request:
                request.Params = Clean(request.Params);
                break;
            case JsonRpcError error:
                error.Error.Message = redactor.Redact(error.Error.Message);
                error.Error.Data = error.Error.Data switch
                {
                    JsonNode node => Clean(node),
                    JsonElement element => Clean(JsonNode.Parse(element.GetRawText())),
                    _ => null,
                };
                break;
        }
    }

    private JsonNode? Clean(JsonNode? node) => node switch
    {
        JsonObject members => Clean(members),
        JsonArray items => Clean(items),
        JsonValue value => Clean(value),
        _ => null,
    };

    private JsonObject Clean(JsonObject members)
    {
        foreach (var (name, value) in members.ToList())
        {
            if (Untouched.Contains(name))
                continue;
            var clean = Clean(value);
            var cleanName = redactor.Redact(name);
            if (!ReferenceEquals(cleanName, name))
            {
                members.Remove(name);
                members[cleanName] = clean;
            }
            else if (!ReferenceEquals(clean, value))
            {
                members[name] = clean;
            }
        }
        return members;
    }

    private JsonArray Clean(JsonArray items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            var clean = Clean(items[i]);
            if (!ReferenceEquals(clean, items[i]))
                items[i] = clean;
        }
        return items;
    }

    private JsonNode? Clean(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.String or JsonValueKind.Number => CleanText(value),
        JsonValueKind.Object or JsonValueKind.Array => Clean(JsonNode.Parse(value.ToJsonString())), // an object of ours in disguise
        _ => value,
    };

    // A number that is a secret becomes the marker too.
    private JsonValue CleanText(JsonValue value)
    {
        var text = value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
        var clean = redactor.Redact(text);
        return ReferenceEquals(clean, text) ? value : JsonValue.Create(clean);
    }

}
