using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Rekey.Redaction;

/// <summary>
/// Redacts one JSON text token by token, on decoded values, so that it stays JSON. A clean token keeps its bytes.
/// Text that is itself JSON is redacted the same way, a few levels deep.
/// </summary>
internal ref struct JsonRedaction(SecretRedactor redactor, ReadOnlySpan<byte> json, ArrayBufferWriter<byte> output)
{
    private const int DeepestText = 4;

    private readonly SecretRedactor _redactor = redactor;
    private readonly ReadOnlySpan<byte> _json = json;
    private readonly ArrayBufferWriter<byte> _output = output;
    private RpcGuard _guard;
    private int _copied;
    private int _hiddenNames;

    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = 512 };

    /// <summary>Whether a secret stood where nothing may be altered: the output is then of no use.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Whether the message has a cursor or another value that travels back unaltered.</summary>
    public readonly bool HasGuarded => _guard.HasGuarded;

    /// <summary>Redacts a JSON-RPC message.</summary>
    public void RunMessage()
    {
        _guard = new RpcGuard(isMessage: true);
        Run(depth: 0);
    }

    /// <summary>A token as it is written, quotes included.</summary>
    public static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> json, scoped ref Utf8JsonReader reader)
    {
        var quote = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0;
        return json.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + (2 * quote));
    }

    private bool Run(int depth)
    {
        var reader = new Utf8JsonReader(_json, ReaderOptions);
        while (!IsRefused && reader.Read())
        {
            if (!_guard.Step(ref reader))
                Visit(ref reader, depth);
        }
        _output.Write(_json[_copied..]);
        return _copied > 0;
    }

    private void Visit(ref Utf8JsonReader reader, int depth)
    {
        var token = Token(_json, ref reader);
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when _redactor.Finds(token) && !_guard.IsCounter(token):
                Replace(ref reader, Secret.Marker);
                break;
            case JsonTokenType.String when Redacted(reader.GetString()!, token, depth) is { } text:
                Replace(ref reader, text);
                break;
            case JsonTokenType.PropertyName when Redacted(reader.GetString()!, token, DeepestText) is { } name:
                Replace(ref reader, ++_hiddenNames == 1 ? name : $"{name} {_hiddenNames}");
                break;
        }
    }

    /// <summary>Null when there is nothing to hide. What only the written form holds, an escape included, is hidden whole.</summary>
    private readonly string? Redacted(string text, ReadOnlySpan<byte> token, int depth)
    {
        var inner = depth < DeepestText && text.AsSpan().TrimStart() is ['{' or '[', ..] ? RedactedJson(text, depth + 1) : text;
        var redacted = _redactor.Redact(inner);
        if (!ReferenceEquals(redacted, text))
            return redacted;
        return _redactor.FindsAnywhere(token) ? Secret.Marker : null;
    }

    private readonly string RedactedJson(string text, int depth)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 1);
        try
        {
            var inner = new JsonRedaction(_redactor, Encoding.UTF8.GetBytes(text), output);
            return inner.Run(depth) ? Encoding.UTF8.GetString(output.WrittenSpan) : text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return text;
        }
    }

    private void Replace(ref Utf8JsonReader reader, string text)
    {
        if (_guard.IsGuarded)
        {
            IsRefused = true;
            return;
        }
        var start = (int)reader.TokenStartIndex;
        _output.Write(_json[_copied..start]);
        _output.Write("\""u8);
        _output.Write(JsonEncodedText.Encode(text).EncodedUtf8Bytes);
        _output.Write("\""u8);
        _copied = start + Token(_json, ref reader).Length;
    }
}
