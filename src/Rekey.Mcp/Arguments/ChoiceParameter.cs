using System.Text.Json;

namespace Rekey.Mcp.Arguments;

/// <summary>One of the names that the operator configured. The model never makes one up.</summary>
internal sealed class ChoiceParameter(string name, string description, IReadOnlyList<string> choices) : Parameter<string>(name, description)
{
    public IReadOnlyList<string> Choices => choices;

    public override string? Problem(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String)
            return "must be a string";
        return choices.Contains(value.GetString()!) ? null : $"must be one of {string.Join(", ", choices)}";
    }

    public override string Read(JsonElement value) => value.GetString()!;

    protected override void WriteType(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        json.WriteStartArray("enum");
        foreach (var choice in choices)
            json.WriteStringValue(choice);
        json.WriteEndArray();
    }
}
