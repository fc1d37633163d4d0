using System.Text.Json;

namespace Rekey.Mcp.Arguments;

/// <summary>A text: not empty, and no longer than it needs to be.</summary>
internal sealed class TextParameter(string name, string description) : Parameter<string>(name, description)
{
    /// <summary>Longer than any name that an engine accepts.</summary>
    public const int LongestName = 256;

    /// <summary>The most characters; null where the tool itself says what too long is.</summary>
    public int? MaxLength { get; init; } = LongestName;

    public override string? Problem(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String)
            return "must be a string";
        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text))
            return "must not be empty";
        return text.Length > MaxLength ? $"must be at most {MaxLength} characters long" : null;
    }

    public override string Read(JsonElement value) => value.GetString()!;

    protected override void WriteType(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        json.WriteNumber("minLength", 1);
        if (MaxLength is { } longest)
            json.WriteNumber("maxLength", longest);
    }
}
