using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Doors;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Mcp.Tests.Doors;

public sealed class DoorTests : LeakCheckedTest
{
    private readonly SecretRedactor _redactor = new();

    [Fact]
    public async Task A_secret_is_hidden_in_every_place_of_a_decoded_message()
    {
        var secret = Known("hunter2-\"quoted\"-hunter2");
        JsonRpcMessage[] messages =
        [
            new JsonRpcResponse { Id = new RequestId(1), Result = new JsonObject { ["rows"] = new JsonArray(secret, new JsonObject { [secret] = $"<{secret}>" }) } },
            new JsonRpcNotification { Method = "notifications/progress", Params = new JsonObject { ["message"] = secret } },
            new JsonRpcRequest { Id = new RequestId(2), Method = "elicitation/create", Params = new JsonObject { ["message"] = secret } },
            new JsonRpcError { Id = new RequestId(3), Error = new JsonRpcErrorDetail { Code = -1, Message = secret, Data = JsonElement.Parse($"{{\"a\":{JsonSerializer.Serialize(secret)}}}") } },
        ];
        foreach (var message in messages)
        {
            var text = Observe(JsonSerializer.Serialize(await SentAsync(message), ModelContextProtocol.McpJsonUtilities.DefaultOptions));
            Assert.Contains(Secret.Marker, text);
        }
    }

    [Fact]
    public async Task A_number_that_is_a_secret_becomes_the_marker()
    {
        Known("4929123456781234");
        var sent = (JsonRpcResponse)(await SentAsync(new JsonRpcResponse { Id = new RequestId(1), Result = JsonNode.Parse("""{"card":4929123456781234,"other":5}""") }))!;

        Assert.Equal($$"""{"card":"{{Secret.Marker}}","other":5}""", Observe(sent.Result!.ToJsonString()));
    }

    [Fact]
    public async Task A_clean_message_passes_as_it_is()
    {
        Known("hunter2-hunter2");
        var result = JsonNode.Parse("""{"a":[1,"two",null,true,{"b":1.5}]}""");
        var message = new JsonRpcResponse { Id = new RequestId(1), Result = result };

        Assert.Same(message, await SentAsync(message));
        Assert.Same(result, message.Result);
        Assert.Equal("""{"a":[1,"two",null,true,{"b":1.5}]}""", result!.ToJsonString());
    }

    [Fact]
    public async Task A_message_that_cannot_be_searched_is_withheld()
    {
        var unreadable = new JsonRpcResponse { Id = new RequestId(7), Result = new JsonObject { ["a"] = JsonValue.Create(double.NaN) } };

        var sent = Assert.IsType<JsonRpcError>(await SentAsync(unreadable));

        Assert.Equal(new RequestId(7), sent.Id);
        Assert.StartsWith("[REDACTION_FAILED]", sent.Error.Message);
    }

    private string Known(string value)
    {
        _redactor.Register("test", "value", Plant(value));
        return value;
    }

    private async Task<JsonRpcMessage?> SentAsync(JsonRpcMessage message)
    {
        JsonRpcMessage? sent = null;
        var door = new RedactionFilter(_redactor, NullLogger.Instance).Around((context, _) =>
        {
            sent = context.JsonRpcMessage;
            return Task.CompletedTask;
        });
        await using var server = McpServer.Create(new StreamServerTransport(Stream.Null, Stream.Null), new McpServerOptions());
        await door(new MessageContext(server, message), TestContext.Current.CancellationToken);
        return sent;
    }
}
