using System.Text.Json;
using Rekey.Redaction;

namespace Rekey.Mcp.Arguments;

/// <summary>The arguments of one tool: what it announces is what it checks.</summary>
internal sealed class ParameterList(params IReadOnlyList<Parameter> parameters)
{
    private const int LongestEcho = 64;
    private const int MostUnknown = 10;

    public IReadOnlyList<Parameter> All => parameters;

    /// <summary>Checks everything at once. Throws <see cref="CredentialException"/> that names each argument and repeats no value.</summary>
    public ToolArguments Read(IDictionary<string, JsonElement>? given)
    {
        given ??= new Dictionary<string, JsonElement>(0);
        RefuseMarker(given);
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var parameter in parameters)
        {
            // Many clients send null for what they leave out.
            if (given.TryGetValue(parameter.Name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            {
                if (parameter.Problem(value) is { } problem)
                    problems.Add($"'{parameter.Name}' {problem}");
                else
                    values[parameter.Name] = value;
            }
            else if (parameter.IsRequired)
            {
                problems.Add($"'{parameter.Name}' is missing");
            }
        }
        problems.AddRange(given.Keys.Where(name => !parameters.Any(p => p.Name == name)).Take(MostUnknown).Select(Unknown));
        return problems.Count == 0 ? new ToolArguments(values) : throw new CredentialException(ArgumentErrors.Invalid(problems));
    }

    public JsonElement ToSchema()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "object");
            json.WriteStartObject("properties");
            foreach (var parameter in parameters)
                parameter.WriteSchema(json);
            json.WriteEndObject();
            WriteRequired(json);
            json.WriteBoolean("additionalProperties", false);
            json.WriteEndObject();
        }
        return JsonElement.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private void WriteRequired(Utf8JsonWriter json)
    {
        if (!parameters.Any(static p => p.IsRequired))
            return;
        json.WriteStartArray("required");
        foreach (var parameter in parameters.Where(static p => p.IsRequired))
            json.WriteStringValue(parameter.Name);
        json.WriteEndArray();
    }

    // The inward door: what was redacted on its way out must not be written back over the real value.
    private static void RefuseMarker(IDictionary<string, JsonElement> given)
    {
        foreach (var (name, value) in given)
        {
            if (CarriesMarker(value))
                throw new CredentialException(ArgumentErrors.Redacted(Printable(name)));
        }
    }

    private static bool CarriesMarker(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => SecretRedactor.CarriesMarker(value.GetString()!),
        JsonValueKind.Array => value.EnumerateArray().Any(static item => CarriesMarker(item)),
        JsonValueKind.Object => value.EnumerateObject().Any(static p => SecretRedactor.CarriesMarker(p.Name) || CarriesMarker(p.Value)),
        _ => false,
    };

    private string Unknown(string name)
    {
        var nearest = NearestName.Of(name, parameters.Select(static p => p.Name));
        return nearest is null
            ? $"'{Printable(name)}' is unknown"
            : $"'{Printable(name)}' is unknown; did you mean '{nearest}'?";
    }

    // The one thing of the caller's that is repeated: short, and nothing in it that moves a terminal.
    private static string Printable(string name)
    {
        var shown = name.Length > LongestEcho ? name[..LongestEcho] + "…" : name;
        return string.Create(shown.Length, shown, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? '?' : from[i];
        });
    }
}
