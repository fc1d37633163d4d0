using System.Text.Json;
using System.Text.Unicode;

namespace Rekey.Cli.Configuration;

/// <summary>Turns the bytes of a file into JSON, or says where and why it is none. The words of the parser are not repeated: they quote the text.</summary>
internal static class ConfigurationText
{
    public const int MaxBytes = 1 << 20;

    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly JsonReaderOptions ReaderOptions = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Null, and a problem, when it cannot be read.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8, ProblemList problems)
    {
        if (utf8.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            utf8 = utf8[3..];
        if (Problem(utf8.Span) is not { } problem)
            return JsonDocument.Parse(utf8, Options);
        problems.Add("", problem);
        return null;
    }

    private static string? Problem(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || utf8.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return "The file is encoded as UTF-16; save it as UTF-8.";
        if (!Utf8.IsValid(utf8))
            return "The file is not encoded as UTF-8.";
        if (utf8.Trim(" \t\r\n"u8).IsEmpty)
            return "The file is empty.";
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        try
        {
            while (reader.Read())
            {
                // Half of a surrogate pair is found only when the text is taken out.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    _ = reader.GetString();
            }
            return null;
        }
        catch (JsonException e)
        {
            var isTruncated = IsAtEnd(utf8, e);
            return isTruncated
                ? $"The file ends in the middle of the JSON, at {Place(e.LineNumber, e.BytePositionInLine)}."
                : $"The file is not valid JSON at {Place(e.LineNumber, e.BytePositionInLine)}.";
        }
        catch (InvalidOperationException)
        {
            return $"The file holds a text that is not valid Unicode, at {PlaceOf(utf8, (int)reader.TokenStartIndex)}.";
        }
    }

    private static bool IsAtEnd(ReadOnlySpan<byte> utf8, JsonException e)
    {
        var trimmed = utf8.TrimEnd(" \t\r\n"u8);
        var lines = trimmed.Count((byte)'\n');
        return e.LineNumber > lines || (e.LineNumber == lines && e.BytePositionInLine >= trimmed.Length - (trimmed.LastIndexOf((byte)'\n') + 1));
    }

    private static string PlaceOf(ReadOnlySpan<byte> utf8, int index)
    {
        var before = utf8[..index];
        return Place(before.Count((byte)'\n'), index - (before.LastIndexOf((byte)'\n') + 1));
    }

    private static string Place(long? line, long? column) => $"line {(line ?? 0) + 1}, column {(column ?? 0) + 1}";
}
