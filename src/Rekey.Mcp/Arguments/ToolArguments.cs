using System.Text.Json;

namespace Rekey.Mcp.Arguments;

/// <summary>Arguments that have been checked.</summary>
internal sealed class ToolArguments(IReadOnlyDictionary<string, JsonElement> values)
{
    /// <summary>The value of <paramref name="parameter"/>, or its default when it was left out.</summary>
    public T? Get<T>(Parameter<T> parameter) => values.TryGetValue(parameter.Name, out var value) ? parameter.Read(value) : parameter.Default;
}
