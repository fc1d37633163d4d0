using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>A service that speaks AWS JSON 1.1: <c>X-Amz-Target</c> names the operation, input and output are objects.</summary>
public abstract class AwsJsonServer(AwsAccount account, string service, string target) : AwsServer(account, service)
{
    private const string ContentType = "application/x-amz-json-1.1";
    private int _requests;

    public AwsErrorForm ErrorForm { get; set; }

    /// <summary>Does one operation.</summary>
    protected abstract JsonObject Answer(string operation, JsonObject input, Principal caller);

    protected override AwsCall Read(HttpCall call)
    {
        var header = call.Header("X-Amz-Target") ?? "";
        var operation = header.StartsWith(target + ".", StringComparison.Ordinal) ? header[(target.Length + 1)..] : "";
        var input = Input(call) ?? [];
        return new AwsCall(operation, SignatureHeader.AccessKeyIdOf(call))
        {
            Resource = Text(input, "SecretId") ?? Text(input, "Name"),
            VersionStage = Text(input, "VersionStage"),
            VersionId = Text(input, "VersionId"),
        };
    }

    protected override HttpReply Answer(AwsCall asked, HttpCall call, Func<Principal> caller)
    {
        var principal = caller();
        if (call.Method != "POST" || call.Header("Content-Type") != ContentType || asked.Operation.Length == 0)
            throw UnknownOperation;
        return Reply(200, Answer(asked.Operation, Input(call) ?? throw new AwsException("SerializationException", ""), principal));
    }

    protected override HttpReply Render(AwsException failure)
    {
        var qualified = $"{failure.Code}:http://internal.amazon.com/coral/com.amazonaws.{Service}/";
        var body = new JsonObject();
        if (ErrorForm is not AwsErrorForm.Header)
            body["__type"] = ErrorForm is AwsErrorForm.Type ? failure.Code : $"com.amazonaws.{Service}#{qualified}";
        if (failure.Message.Length > 0)
            body[failure.MessageKey] = failure.Message;
        var reply = Reply(failure.Status, body);
        return ErrorForm is not AwsErrorForm.Header
            ? reply
            : reply with { Headers = new Dictionary<string, string>(reply.Headers) { ["x-amzn-ErrorType"] = qualified } };
    }

    protected static AwsException UnknownOperation => new("UnknownOperationException", "") { MessageKey = "message" };

    /// <summary>A text of the input, or null.</summary>
    protected static string? Text(JsonObject input, string name) =>
        input[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>Whether the input says <c>true</c> there.</summary>
    protected static bool Flag(JsonObject input, string name) => input[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    /// <summary>Seconds since 1970, as the services write them: with a fraction and an exponent.</summary>
    protected static JsonNode Epoch(DateTimeOffset time) =>
        JsonNode.Parse((time.ToUnixTimeMilliseconds() / 1e12m).ToString("0.############", CultureInfo.InvariantCulture) + "E9")!;

    private HttpReply Reply(int status, JsonObject body) => new(status, body.ToJsonString(), ContentType)
    {
        Headers = new Dictionary<string, string> { ["x-amzn-RequestId"] = $"00000000-0000-4000-8000-{Interlocked.Increment(ref _requests):x12}" },
    };

    private static JsonObject? Input(HttpCall call)
    {
        try
        {
            return JsonNode.Parse(call.Body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
