using System.Text.Json;

namespace Rekey.Mcp.Arguments;

/// <summary>A yes or no.</summary>
internal sealed class FlagParameter(string name, string description) : Parameter<bool>(name, description)
{
    public override string? Problem(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false";

    public override bool Read(JsonElement value) => value.GetBoolean();

    protected override void WriteType(Utf8JsonWriter json)
    {
        json.WriteString("type", "boolean");
        json.WriteBoolean("default", Default);
    }
}
