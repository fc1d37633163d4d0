using System.Buffers;
using System.Text.Json;

namespace Rekey.Cli.Stores;

/// <summary>
/// The content of a record's file: <c>{"version":1,"credential":"slack","record":{…}}</c>, or, with a key, <c>encryption</c>, <c>keyId</c>,
/// <c>nonce</c> and <c>data</c> in the place of <c>record</c>.
/// </summary>
internal static class RecordFormat
{
    public const int Version = 1;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static byte[] Write(string credential, SessionRecord record, RecordCipher? cipher) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("credential", credential);
        if (cipher is null)
        {
            json.WritePropertyName("record");
            RecordJson.Write(json, record);
        }
        else
        {
            Write(json, cipher.Seal(Version, credential, Write(plain => RecordJson.Write(plain, record))));
        }
        json.WriteEndObject();
    });

    /// <summary>What the file says; a <see cref="JsonException"/> when it is no record of <paramref name="credential"/>.</summary>
    public static StoredRecord Read(string credential, byte[] content) => Read(content, json =>
    {
        // First of all: whatever else stands in a newer file is not ours to judge.
        var version = json.GetProperty("version").GetInt32();
        if (version > Version)
            return new StoredRecord(version);
        if (version != Version || json.GetProperty("credential").GetString() != credential)
            throw new JsonException();
        return json.TryGetProperty("encryption", out var algorithm)
            ? new StoredRecord(version, Sealed: ReadSealed(json, algorithm))
            : new StoredRecord(version, RecordJson.Read(json.GetProperty("record")));
    });

    /// <summary>The record that was sealed; a <see cref="JsonException"/> when it is none.</summary>
    public static SessionRecord ReadOpened(byte[] plain) => Read(plain, RecordJson.Read);

    private static void Write(Utf8JsonWriter json, SealedRecord record)
    {
        json.WriteString("encryption", RecordCipher.Algorithm);
        json.WriteString("keyId", record.KeyId);
        json.WriteBase64String("nonce", record.Nonce);
        json.WriteBase64String("data", record.Data);
    }

    private static SealedRecord ReadSealed(JsonElement json, JsonElement algorithm)
    {
        var record = new SealedRecord(RecordJson.Text(json.GetProperty("keyId")), json.GetProperty("nonce").GetBytesFromBase64(), json.GetProperty("data").GetBytesFromBase64());
        return algorithm.GetString() == RecordCipher.Algorithm && record.IsWellFormed ? record : throw new JsonException();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    // A missing member, another type, half a surrogate pair, a number out of range: each has an exception of its own in the reader of JSON.
    private static T Read<T>(byte[] content, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(content, Strict);
            return read(json.RootElement);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException();
        }
    }
}

/// <summary>What a file holds: a record, one that is sealed, or neither, when its version is newer.</summary>
internal sealed record StoredRecord(int Version, SessionRecord? Record = null, SealedRecord? Sealed = null);
