using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rekey.Testing.Redaction;

/// <summary>
/// What an MCP server answers to a tool call: log lines, rows of JSON, URLs, base64, digests, and a table with letters beyond ASCII, as one text.
/// Nothing in it is a secret, and much of it looks like one.
/// </summary>
public sealed class SampleMessage
{
    private const string Digits = "0123456789abcdef";
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static readonly string[] Words =
        ("pool handle order status region node replica latency timeout retry request response service account invoice total amount created updated user tenant "
        + "project environment production staging rollout container image layer volume rotation version lease expired refresh schema table column index value "
        + "cache queue topic partition offset consumer lag metric trace span duration warning message payload header length encoding config").Split(' ');

    private readonly Random _random;
    private readonly StringBuilder _text = new();

    private SampleMessage(int seed) => _random = new Random(seed);

    /// <summary>A message of about so many bytes, with a secret at two thirds of its text.</summary>
    public static byte[] Of(int size, int seed, string? secret = null)
    {
        var message = new SampleMessage(seed);
        message.Grow(size * 6 / 10);
        if (secret is not null)
            message._text.Append("retrying with ").Append(secret).Append(" in a second\n");
        message.Grow((size * 9 / 10) - 60);
        return message.Enveloped();
    }

    /// <summary>The text alone, line by line.</summary>
    public static string Lines(int length, int seed)
    {
        var message = new SampleMessage(seed);
        message.Grow(length);
        return message._text.ToString();
    }

    private void Grow(int length)
    {
        while (_text.Length < length)
            _ = Line();
    }

    private StringBuilder Line() => _random.Next(10) switch
    {
        < 3 => LogLine(),
        < 6 => Row(),
        6 => Append($"https://{Word}.example.com/api/v2/{Word}?q={Word}%20{Word}&page={_random.Next(99)}\n"),
        7 => Append($"blob: {Text(Base64, _random.Next(40, 160))}{(_random.Next(3) == 0 ? "" : "==")}\n"),
        8 => Append($"sha256:{Text(Digits, 64)} {Word}\n"),
        _ => Append($"| {Word} | {_random.Next(9999)} | naïve café – résumé | {Word} |\n"),
    };

    private StringBuilder LogLine()
    {
        Append($"2026-09-{_random.Next(10, 30)}T{_random.Next(10, 24)}:{_random.Next(10, 60)}:05.{_random.Next(100, 999)}Z INFO [svc-{_random.Next(40)}]");
        for (var words = _random.Next(5, 14); words > 0; words--)
            Append($" {Word}");
        return Append($" trace_id={Text(Digits, 32)}\n");
    }

    private StringBuilder Row() => Append(
        $$"""{"id": {{_random.Next(100_000)}}, "name": "{{Word}}-{{Word}}", "uuid": "{{Text(Digits, 8)}}-{{Text(Digits, 4)}}-4{{Text(Digits, 3)}}-a{{Text(Digits, 3)}}-{{Text(Digits, 12)}}", "ratio": {{_random.NextDouble():F4}}, "enabled": true, "tags": ["{{Word}}","{{Word}}"]},{{'\n'}}""");

    private StringBuilder Append(FormattableString text) => _text.Append(FormattableString.Invariant(text));

    private string Word => Words[_random.Next(Words.Length)];

    private string Text(string alphabet, int length) => new(_random.GetItems<char>(alphabet, length));

    private byte[] Enveloped()
    {
        var message = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(message, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc", "2.0");
            writer.WriteNumber("id", 7);
            writer.WriteStartObject("result");
            writer.WriteStartArray("content");
            writer.WriteStartObject();
            writer.WriteString("type", "text");
            writer.WriteString("text", _text.ToString());
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteBoolean("isError", false);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return message.WrittenSpan.ToArray();
    }
}
