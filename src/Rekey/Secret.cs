using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rekey;

/// <summary>A sensitive text. It prints as <see cref="Marker"/>; only <see cref="Reveal"/> opens it.</summary>
[JsonConverter(typeof(SecretJsonConverter))]
[DebuggerDisplay(Marker)]
public readonly struct Secret : IEquatable<Secret>
{
    /// <summary>What stands in every output where a secret stood.</summary>
    public const string Marker = "[REDACTED:rekey]";

    private readonly string? _value;

    /// <summary>Wraps <paramref name="value"/> so that it can no longer be printed by accident.</summary>
    public Secret(string value) => _value = value;

    /// <summary>Whether there is no text at all.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_value);

    /// <summary>The text itself. Call it only where the text is presented to the service it belongs to.</summary>
    public string Reveal() => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Marker;

    /// <summary>Compares in a time that does not depend on where the texts differ.</summary>
    public bool Equals(Secret other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Reveal()), Encoding.UTF8.GetBytes(other.Reveal()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Secret other && Equals(other);

    /// <summary>Always zero: a hash of a secret tells something about it.</summary>
    public override int GetHashCode() => 0;

    /// <summary>Whether both hold the same text.</summary>
    public static bool operator ==(Secret left, Secret right) => left.Equals(right);

    /// <summary>Whether the texts differ.</summary>
    public static bool operator !=(Secret left, Secret right) => !left.Equals(right);
}

/// <summary>Writes the marker in place of a secret and refuses to read one: secrets do not travel through our JSON.</summary>
internal sealed class SecretJsonConverter : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("A secret is never read from JSON by the serializer.");

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Secret.Marker);
}
