using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Rekey.Mcp.Tools;

/// <summary>The two shapes of an answer. Both carry structured content and a text.</summary>
internal static class ToolResult
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A flat object with <c>success: true</c>. The text is the same object unless there is a better one.</summary>
    public static CallToolResult Success(Action<Utf8JsonWriter> members, string? text = null) =>
        Make(isSuccess: true, isError: false, members, text);

    /// <summary>Neither done nor failed: <c>success: false</c>, and no error.</summary>
    public static CallToolResult Unfinished(Action<Utf8JsonWriter> members, string text) =>
        Make(isSuccess: false, isError: false, members, text);

    /// <summary>
    /// <c>{success: false, error: {code, message, retryable, nextStep?}}</c>, with <paramref name="details"/> inside the error and
    /// <paramref name="beside"/> next to it.
    /// </summary>
    public static CallToolResult Failure(CredentialError error, Action<Utf8JsonWriter>? details = null, Action<Utf8JsonWriter>? beside = null) => Make(
        isSuccess: false, isError: true,
        json =>
        {
            beside?.Invoke(json);
            WriteError(json, error, details);
        },
        TextOf(error));

    /// <summary>An object with <c>success</c> and exactly these members. Without a <paramref name="text"/> that is the same object.</summary>
    public static CallToolResult Make(bool isSuccess, bool isError, Action<Utf8JsonWriter> members, string? text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteBoolean("success", isSuccess);
            members(json);
            json.WriteEndObject();
        }
        return new CallToolResult
        {
            IsError = isError,
            StructuredContent = JsonElement.Parse(buffer.WrittenSpan),
            Content = [new TextContentBlock { Text = text ?? Encoding.UTF8.GetString(buffer.WrittenSpan) }],
        };
    }

    private static void WriteError(Utf8JsonWriter json, CredentialError error, Action<Utf8JsonWriter>? details)
    {
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteBoolean("retryable", error.Retryable);
        if (error.NextStep is { } next)
            json.WriteString("nextStep", next);
        details?.Invoke(json);
        json.WriteEndObject();
    }

    private static string TextOf(CredentialError error) =>
        error.NextStep is { } next ? $"[{error.Code}] {error.Message} {next}" : $"[{error.Code}] {error.Message}";
}
