namespace Rekey.Cli.Control;

/// <summary>One line of bounded length, as both ends of the control channel read it.</summary>
internal static class ControlLine
{
    public const int LongestRequest = 4 << 10;
    public const int LongestAnswer = 1 << 20;

    /// <summary>Null when the other end closes before the line ends, or the line is longer than <paramref name="most"/> bytes.</summary>
    public static async ValueTask<byte[]?> ReadAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        var buffer = new byte[Math.Min(most, 4096)];
        while (line.Length <= most)
        {
            var read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return null;
            if (buffer.AsSpan(0, read).IndexOf((byte)'\n') is >= 0 and var end)
            {
                line.Write(buffer, 0, end);
                return line.Length <= most ? line.ToArray() : null;
            }
            line.Write(buffer, 0, read);
        }
        return null;
    }

    public static async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync("\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
