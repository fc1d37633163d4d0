using System.Text.Json;

namespace Rekey.Cli.Stores;

/// <summary>A record as JSON: the one place in which the secrets of a session are written down.</summary>
internal static class RecordJson
{
    public static void Write(Utf8JsonWriter json, SessionRecord record)
    {
        json.WriteStartObject();
        json.WritePropertyName("current");
        Write(json, record.Current);
        if (record.Pending is { } pending)
        {
            json.WritePropertyName("pending");
            Write(json, pending);
        }
        json.WriteNumber("refreshes", record.Refreshes);
        Write(json, "attemptedAt", record.AttemptedAt);
        json.WriteStartArray("origins");
        foreach (var origin in record.Origins)
            json.WriteStringValue(origin);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The record. What is missing or of another type is thrown as the reader of JSON does.</summary>
    public static SessionRecord Read(JsonElement json) => new()
    {
        Current = State(json.GetProperty("current")),
        Pending = json.TryGetProperty("pending", out var pending) ? State(pending) : null,
        Refreshes = json.GetProperty("refreshes").GetInt64(),
        AttemptedAt = Moment(json, "attemptedAt"),
        Origins = [.. json.GetProperty("origins").EnumerateArray().Select(Text)],
    };

    /// <summary>A text that is there.</summary>
    public static string Text(JsonElement json) => json.GetString() ?? throw new JsonException();

    private static void Write(Utf8JsonWriter json, SessionState state)
    {
        json.WriteStartObject();
        json.WriteStartObject("fields");
        foreach (var (name, value) in state.Fields)
            json.WriteString(name, value.Reveal());
        json.WriteEndObject();
        Write(json, "expiresAt", state.ExpiresAt);
        Write(json, "refreshedAt", state.RefreshedAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } known)
            json.WriteString(name, known.UtcDateTime);
    }

    private static SessionState State(JsonElement json) => new()
    {
        Fields = json.GetProperty("fields").EnumerateObject().ToDictionary(static field => field.Name, static field => new Secret(Text(field.Value)), StringComparer.Ordinal),
        ExpiresAt = Moment(json, "expiresAt"),
        RefreshedAt = Moment(json, "refreshedAt"),
    };

    // A time without its zone would be another one on every machine.
    private static DateTimeOffset? Moment(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
            return null;
        return value.GetDateTime().Kind is DateTimeKind.Unspecified ? throw new JsonException() : value.GetDateTimeOffset().ToUniversalTime();
    }
}
