using System.Security.Cryptography;
using System.Text;

namespace Rekey.Files;

/// <summary>The bytes of one file, with what tells two states of the file apart.</summary>
internal sealed record FileContent(byte[] Bytes, string Stamp)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the file; null when it is longer than <paramref name="limit"/>.</summary>
    public static FileContent? Read(string path, int limit)
    {
        // What has no length is not opened: a file that is empty, or a pipe whose opening could wait for ever.
        var file = File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
        if (file.Length == 0)
            return new FileContent([], "empty");

        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        if (length > limit)
            return null;
        var buffer = new byte[length + 1]; // one more than there should be: what grows meanwhile shows
        var count = 0;
        while (count < buffer.Length && RandomAccess.Read(handle, buffer.AsSpan(count), count) is > 0 and var read)
            count += read;
        var bytes = buffer[..count];
        var hash = Convert.ToHexString(SHA256.HashData(bytes));
        return new FileContent(bytes, $"{RandomAccess.GetLength(handle)} {File.GetLastWriteTimeUtc(handle).Ticks} {hash}");
    }

    /// <summary>The text without a byte order mark and without one trailing newline, which belong to the file; null when it is no UTF-8.</summary>
    public Secret? Text()
    {
        try
        {
            var text = Strict.GetString(Bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Bytes.AsSpan(3) : Bytes);
            if (text.EndsWith('\n'))
                text = text[..^(text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)];
            return new Secret(text);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
