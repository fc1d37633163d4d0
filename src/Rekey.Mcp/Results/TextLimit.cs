using System.Buffers;
using System.Data.Common;
using Rekey.Redaction;

namespace Rekey.Mcp.Results;

/// <summary>
/// Cuts long texts. It reads as far again behind the cut and hides secrets before cutting, so that none is cut in two: the doors
/// know a secret as a whole, and would let its half pass.
/// </summary>
internal sealed class TextLimit(int length, SecretRedactor redactor)
{
    /// <summary>The most characters of one cell.</summary>
    public const int Cell = 4096;

    /// <summary>The most elements of one array.</summary>
    public const int Elements = 1000;

    private int BytesInWindow => 2 * length / 4 * 3;

    public async ValueTask<string> ReadTextAsync(DbDataReader reader, int ordinal, CancellationToken cancellationToken)
    {
        using var text = OpenText(reader, ordinal);
        var window = ArrayPool<char>.Shared.Rent(2 * length);
        try
        {
            var read = await text.ReadBlockAsync(window.AsMemory(0, 2 * length), cancellationToken).ConfigureAwait(false);
            return Cut(new string(window, 0, read));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(window, clearArray: true);
        }
    }

    public async ValueTask<string> ReadBytesAsync(DbDataReader reader, int ordinal, CancellationToken cancellationToken)
    {
        var stream = reader.GetStream(ordinal);
        await using (stream.ConfigureAwait(false))
        {
            var window = new byte[BytesInWindow];
            var read = await stream.ReadAtLeastAsync(window, window.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return CutBytes(window.AsSpan(0, read));
        }
    }

    /// <summary>Bytes as base64, which is what is cut.</summary>
    public string CutBytes(ReadOnlySpan<byte> bytes) => Cut(Convert.ToBase64String(bytes[..Math.Min(bytes.Length, BytesInWindow)]));

    /// <summary>Cuts a text of which no more than twice the limit was read.</summary>
    public string Cut(string text)
    {
        if (text.Length <= length)
            return text;
        var isWhole = text.Length < 2 * length;
        var clean = redactor.Redact(isWhole ? text : text[..(2 * length)]);
        if (isWhole && clean.Length <= length)
            return clean;
        // Where the window ends, half a secret may stand; it is never shown, however much shorter the rest became.
        var end = Math.Min(length, isWhole ? clean.Length : Math.Max(0, clean.Length - length));
        if (end > 0 && char.IsHighSurrogate(clean[end - 1]))
            end--;
        return $"{clean.AsSpan(0, end)}… [cut at {end} characters]";
    }

    // Some types of an engine are texts that it does not stream.
    private static TextReader OpenText(DbDataReader reader, int ordinal)
    {
        try
        {
            return reader.GetTextReader(ordinal);
        }
        catch (InvalidCastException)
        {
            return new StringReader(reader.GetString(ordinal));
        }
    }
}
