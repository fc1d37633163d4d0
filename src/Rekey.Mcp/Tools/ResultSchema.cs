using System.Text.Json;

namespace Rekey.Mcp.Tools;

/// <summary>
/// Output schemas. Every one admits the error shape, because clients validate structured content of an error too and would
/// replace our message by one about the schema. The constants on <c>success</c> tell the two apart.
/// </summary>
internal static class ResultSchema
{
    /// <summary>
    /// The schema of a tool with these success members, with <paramref name="errorDetails"/> inside an error and
    /// <paramref name="besideError"/> next to it, and with <paramref name="others"/> as a third shape.
    /// </summary>
    public static JsonElement Of(
        string members, string required, string? errorDetails = null, string? besideError = null, string? others = null) => JsonElement.Parse($$"""
        {
          "type": "object",
          "oneOf": [
            {
              "type": "object",
              "properties": { "success": { "type": "boolean", "const": true }, {{members}} },
              "required": ["success", {{required}}],
              "additionalProperties": false
            },
            {
              "type": "object",
              "properties": {
                "success": { "type": "boolean", "const": false },{{(besideError is null ? "" : " " + besideError + ",")}}
                "error": {
                  "type": "object",
                  "properties": {
                    "code": { "type": "string", "pattern": "^[A-Z0-9_]+$" },
                    "message": { "type": "string" },
                    "retryable": { "type": "boolean" },
                    "nextStep": { "type": "string" }{{(errorDetails is null ? "" : ", " + errorDetails)}}
                  },
                  "required": ["code", "message", "retryable"],
                  "additionalProperties": false
                }
              },
              "required": ["success", "error"],
              "additionalProperties": false
            }{{(others is null ? "" : ", " + others)}}
          ]
        }
        """);
}
