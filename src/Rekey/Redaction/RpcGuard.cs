using System.Text.Json;

namespace Rekey.Redaction;

/// <summary>
/// Follows a JSON-RPC message token by token and knows which values travel back unaltered, and which words are the protocol's own.
/// JSON that is not a message has neither.
/// </summary>
internal struct RpcGuard(bool isMessage)
{
    private int _envelope;
    private int _guarded;
    private bool _isVersionNext;

    /// <summary>Whether the current value may be passed on or withheld, but not altered.</summary>
    public bool IsGuarded { get; private set; }

    /// <summary>Whether a cursor, a request state or a progress token has come by.</summary>
    public bool HasGuarded { get; private set; }

    /// <summary>Takes the next token. True when it is a word of the protocol, which is never a secret.</summary>
    public bool Step(ref Utf8JsonReader reader)
    {
        if (!isMessage)
            return false;
        if (_envelope == 0)
            _envelope = reader.TokenType is JsonTokenType.StartArray ? 2 : 1;
        if (reader.CurrentDepth < _guarded)
            IsGuarded = false;
        var isVersion = _isVersionNext;
        _isVersionNext = false;
        return reader.TokenType is JsonTokenType.PropertyName ? StepName(ref reader) : isVersion && reader.ValueTextEquals("2.0"u8);
    }

    /// <summary>A counter passes every short number sooner or later: it is no sign of a short secret.</summary>
    public readonly bool IsCounter(ReadOnlySpan<byte> number) => IsGuarded && number.Length < SecretRedactor.ShortestAnywhere;

    private bool StepName(ref Utf8JsonReader reader)
    {
        var isEnvelope = reader.CurrentDepth == _envelope;
        if (!IsGuarded || reader.CurrentDepth == _guarded)
        {
            _guarded = reader.CurrentDepth;
            var travelsBack = TravelsBack(ref reader);
            HasGuarded |= travelsBack;
            IsGuarded = travelsBack || (isEnvelope && reader.ValueTextEquals("id"u8));
        }
        _isVersionNext = isEnvelope && reader.ValueTextEquals("jsonrpc"u8);
        return isEnvelope && IsProtocolWord(ref reader);
    }

    private static bool TravelsBack(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("cursor"u8) || reader.ValueTextEquals("nextCursor"u8)
        || reader.ValueTextEquals("requestState"u8) || reader.ValueTextEquals("progressToken"u8);

    private static bool IsProtocolWord(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("jsonrpc"u8) || reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("method"u8)
        || reader.ValueTextEquals("params"u8) || reader.ValueTextEquals("result"u8) || reader.ValueTextEquals("error"u8);
}
