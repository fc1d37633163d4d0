using System.Text.Json;

namespace Rekey.Mcp.Arguments;

/// <summary>A whole number between two bounds.</summary>
internal sealed class IntegerParameter(string name, string description, int minimum, int maximum) : Parameter<int>(name, description)
{
    public override string? Problem(JsonElement value)
    {
        // JSON has one kind of number: 10.0 is a whole one.
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var number) || number != Math.Floor(number))
            return "must be an integer";
        return number < minimum || number > maximum ? $"must be between {minimum} and {maximum}" : null;
    }

    public override int Read(JsonElement value) => (int)value.GetDouble();

    protected override void WriteType(Utf8JsonWriter json)
    {
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", minimum);
        json.WriteNumber("maximum", maximum);
        json.WriteNumber("default", Default);
    }
}
