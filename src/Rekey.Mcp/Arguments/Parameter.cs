using System.Text.Json;

namespace Rekey.Mcp.Arguments;

/// <summary>One argument of a tool. Its schema and its check come from this one declaration.</summary>
internal abstract class Parameter(string name, string description)
{
    public string Name => name;

    public bool IsRequired { get; init; }

    /// <summary>What is wrong with <paramref name="value"/>, in words that do not repeat it. Null when nothing is.</summary>
    public abstract string? Problem(JsonElement value);

    public void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteStartObject(name);
        WriteType(json);
        json.WriteString("description", description);
        json.WriteEndObject();
    }

    protected abstract void WriteType(Utf8JsonWriter json);
}

/// <summary>An argument that is read as a <typeparamref name="T"/>.</summary>
internal abstract class Parameter<T>(string name, string description) : Parameter(name, description)
{
    /// <summary>What an absent argument stands for.</summary>
    public T? Default { get; init; }

    /// <summary>Reads a value in which <see cref="Parameter.Problem"/> found nothing.</summary>
    public abstract T Read(JsonElement value);
}
