using System.Buffers;
using System.Text;
using System.Text.Json;
using Rekey.Cli.Configuration;
using Rekey.Cli.Control;

namespace Rekey.Cli.Commands;

/// <summary>A report as programs read it: one object, an error in the shape that every output of Rekey has.</summary>
internal static class CheckJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    public static string Of(CheckReport report) => Write(json =>
    {
        json.WriteString("status", report.State);
        json.WriteString("configuration", report.Configuration.Origin);
        if (report.Store is { } store)
            json.WriteString("store", store);
        json.WriteStartArray("credentials");
        foreach (var one in report.Credentials)
            WriteCredential(json, one);
        json.WriteEndArray();
        json.WriteStartArray("warnings");
        foreach (var warning in report.Warnings)
            json.WriteStringValue(warning);
        json.WriteEndArray();
    });

    public static string Of(ConfigurationException e) => Write(json =>
    {
        json.WriteString("status", "configuration");
        json.WriteString("configuration", e.Origin);
        json.WriteStartArray("problems");
        foreach (var problem in e.Problems)
        {
            json.WriteStartObject();
            json.WriteString("path", problem.Path);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void WriteCredential(Utf8JsonWriter json, Checked one)
    {
        json.WriteStartObject();
        json.WriteString("name", one.Credential.Name);
        json.WriteString("kind", one.Credential.Kind);
        json.WriteString("status", one.State);
        json.WriteBoolean("required", one.Credential.IsRequired);
        json.WriteString("source", one.Credential.AnsweredBy ?? one.Credential.Source);
        if (one.Credential.ExpiresAt is { } end)
            json.WriteString("expiresAt", end);
        ControlMessages.WriteError(json, one.Error);
        json.WriteEndObject();
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}
