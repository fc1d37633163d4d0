using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Rekey.Redaction;

/// <summary>The last look at one outgoing JSON-RPC message. It fails closed: what cannot be redacted or checked is replaced by an error.</summary>
public static class JsonRpcSweep
{
    private const int InternalError = -32603;

    /// <summary>Writes what goes out in place of the message. False when it is clean: nothing is written, and the caller forwards its own bytes.</summary>
    public static bool TrySweep(SecretRedactor redactor, ReadOnlySpan<byte> message, IBufferWriter<byte> output)
    {
        ArrayBufferWriter<byte>? swept;
        try
        {
            if (!redactor.Finds(message) && !IsDisguised(message))
                return false;
            swept = Redacted(redactor, message);
            if (swept is not null && swept.WrittenSpan.SequenceEqual(message))
                return false; // what looked like one was none once it was read as JSON
        }
#pragma warning disable CA1031 // Whatever went wrong, the message does not leave.
        catch (Exception)
#pragma warning restore CA1031
        {
            WriteError(redactor, message, RedactionErrors.Failed(), output);
            return true;
        }
        if (swept is null)
            WriteError(redactor, message, RedactionErrors.Refused(), output);
        else
            output.Write(swept.WrittenSpan);
        return true;
    }

    /// <summary>An error in place of a message. It answers the same request, when the message was an answer and its id carries no secret.</summary>
    internal static void WriteError(SecretRedactor redactor, ReadOnlySpan<byte> message, CredentialError error, IBufferWriter<byte> output)
    {
        var id = CleanId(redactor, message);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WritePropertyName("id"u8);
        json.WriteRawValue(id.IsEmpty ? "null"u8 : id);
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, InternalError);
        json.WriteString("message"u8, $"[{error.Code}] {error.Message}");
        json.WriteStartObject("data"u8);
        json.WriteString("code"u8, error.Code);
        json.WriteBoolean("retryable"u8, error.Retryable);
        json.WriteString("nextStep"u8, error.NextStep);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Null when the message may not be altered where the secret stands.</summary>
    private static ArrayBufferWriter<byte>? Redacted(SecretRedactor redactor, ReadOnlySpan<byte> message)
    {
        var output = new ArrayBufferWriter<byte>(message.Length + 1);
        var json = new JsonRedaction(redactor, message, output);
        json.RunMessage();
        if (json.IsRefused)
            return null;
        if (!redactor.FindsAnywhere(output.WrittenSpan))
            return output;
        return json.HasGuarded ? null : RedactedAcrossTokens(redactor, output.WrittenSpan);
    }

    /// <summary>A secret that looks like JSON itself can span tokens. Without it the rest has to be the same message still.</summary>
    private static ArrayBufferWriter<byte>? RedactedAcrossTokens(SecretRedactor redactor, ReadOnlySpan<byte> message)
    {
        var output = new ArrayBufferWriter<byte>(message.Length + 1);
        return redactor.TryRedact(message, output) && RpcEnvelope.Read(message).SurvivesIn(RpcEnvelope.Read(output.WrittenSpan))
            ? output
            : null;
    }

    /// <summary>Nobody needs to escape a letter: a writer that does may write a value so that none of its own bytes are left.</summary>
    private static bool IsDisguised(ReadOnlySpan<byte> message)
    {
        for (var rest = message; rest.IndexOf("\\u00"u8) is >= 0 and var found;)
        {
            rest = rest[(found + 4)..];
            if (rest.Length >= 2 && rest[0] is >= (byte)'3' and <= (byte)'7' && byte.TryParse(rest[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var letter) && char.IsAsciiLetterOrDigit((char)letter))
                return true;
        }
        return false;
    }

    private static ReadOnlySpan<byte> CleanId(SecretRedactor redactor, ReadOnlySpan<byte> message)
    {
        try
        {
            var envelope = RpcEnvelope.Read(message);
            return envelope.HasMethod || !IsClean(redactor, envelope.Id) ? default : envelope.Id;
        }
#pragma warning disable CA1031 // Without a readable id the error still goes out.
        catch (Exception)
#pragma warning restore CA1031
        {
            return default;
        }
    }

    private static bool IsClean(SecretRedactor redactor, ReadOnlySpan<byte> id) =>
        id is [(byte)'"', ..] ? !redactor.Finds(id) : !redactor.FindsAnywhere(id);
}
