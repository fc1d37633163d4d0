using System.Text.Json;

namespace Rekey.Redaction;

/// <summary>What of a JSON-RPC message must survive any redaction: its id, and whether it is an answer to one.</summary>
internal readonly ref struct RpcEnvelope
{
    /// <summary>The id as it is written; empty when there is none.</summary>
    public ReadOnlySpan<byte> Id { get; private init; }

    /// <summary>Whether the message asks or tells something instead of answering.</summary>
    public bool HasMethod { get; private init; }

    /// <summary>Whether the whole message is JSON.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>Reads as far as the message is JSON.</summary>
    public static RpcEnvelope Read(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message, JsonRedaction.ReaderOptions);
        ReadOnlySpan<byte> id = default;
        var hasMethod = false;
        var isComplete = false;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                    continue;
                if (reader.ValueTextEquals("id"u8) && reader.Read() && reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                    id = JsonRedaction.Token(message, ref reader);
                else if (reader.ValueTextEquals("method"u8))
                    hasMethod = true;
            }
            isComplete = true;
        }
        catch (JsonException)
        {
        }
        return new() { Id = id, HasMethod = hasMethod, IsComplete = isComplete };
    }

    /// <summary>Whether the other message is JSON with the same id, of the same sort.</summary>
    public bool SurvivesIn(RpcEnvelope other) =>
        other.IsComplete && HasMethod == other.HasMethod && Id.SequenceEqual(other.Id);
}
