using System.Buffers;
using System.Text.Json;

namespace Rekey.Cli.Control;

/// <summary>What became of one credential.</summary>
/// <param name="Credential">Its name.</param>
/// <param name="Outcome"><c>refreshed</c>, <c>unchanged</c> or <c>failed</c>.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record ControlResult(string Credential, string Outcome, CredentialError? Error = null)
{
    public static ControlResult Of(string credential, RefreshResult result) => result switch
    {
        RefreshResult.Refreshed => new(credential, "refreshed"),
        RefreshResult.Unchanged => new(credential, "unchanged"),
        RefreshResult.Failed failed => new(credential, "failed", failed.Error),
        _ => throw new InvalidOperationException("A refresh ends in one of three ways."),
    };
}

/// <summary>The answer of one server: a result for each credential, or why there is none.</summary>
internal sealed record ControlAnswer(IReadOnlyList<ControlResult> Results, CredentialError? Error = null);

/// <summary>The two messages of the control channel, each one line of JSON.</summary>
internal static class ControlMessages
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary><c>{"refresh":"orders"}</c>, or null for all.</summary>
    public static byte[] Request(string? credential) => Write(json =>
    {
        json.WriteString("refresh", credential);
    });

    /// <summary>False for everything that is not a request.</summary>
    public static bool TryReadRequest(ReadOnlyMemory<byte> line, out string? credential)
    {
        credential = null;
        try
        {
            using var json = JsonDocument.Parse(line, Strict);
            if (json.RootElement.ValueKind is not JsonValueKind.Object || !json.RootElement.TryGetProperty("refresh", out var refresh))
                return false;
            if (refresh.ValueKind is JsonValueKind.Null)
                return true;
            credential = refresh.ValueKind is JsonValueKind.String ? refresh.GetString() : null;
            return credential is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    public static byte[] Answer(ControlAnswer answer) => Write(json =>
    {
        json.WriteStartArray("results");
        foreach (var result in answer.Results)
        {
            json.WriteStartObject();
            json.WriteString("credential", result.Credential);
            json.WriteString("outcome", result.Outcome);
            WriteError(json, result.Error);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteError(json, answer.Error);
    });

    /// <summary>Null for everything that is not an answer.</summary>
    public static ControlAnswer? ReadAnswer(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line, Strict);
            var results = json.RootElement.GetProperty("results").EnumerateArray().Select(static one =>
                new ControlResult(Text(one, "credential"), Text(one, "outcome"), ReadError(one))).ToArray();
            return new ControlAnswer(results, ReadError(json.RootElement));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The shape of an error that every output of Rekey has.</summary>
    public static void WriteError(Utf8JsonWriter json, CredentialError? error)
    {
        if (error is null)
            return;
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", error.Message);
        json.WriteBoolean("retryable", error.Retryable);
        if (error.NextStep is { } step)
            json.WriteString("nextStep", step);
        json.WriteEndObject();
    }

    private static CredentialError? ReadError(JsonElement element)
    {
        if (!element.TryGetProperty("error", out var error))
            return null;
        var step = error.TryGetProperty("nextStep", out _) ? Text(error, "nextStep") : null;
        return new CredentialError(Text(error, "code"), Text(error, "message"), error.GetProperty("retryable").GetBoolean(), step);
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new JsonException();

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
