using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Rekey.Cli;

/// <summary>A descriptor of this process that is written to without the console's own stream; what an error means is each one's own.</summary>
[UnsupportedOSPlatform("windows")]
internal abstract class UnixOutput(int descriptor) : Stream
{
    private const int BadDescriptor = 9;

    /// <inheritdoc cref="UnixDescriptor.IsGiven"/>
    public bool IsGiven { get; } = UnixDescriptor.IsGiven(descriptor);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    protected int Descriptor => descriptor;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var (written, error) = WriteOnce(buffer);
            if (error == 0)
                buffer = buffer[written..];
            else if (error != UnixDescriptor.Interrupted && !GoesOnAfter(error))
                return;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Whether the rest is written after this error; false drops it.</summary>
    protected abstract bool GoesOnAfter(int error);

    private (int Written, int Error) WriteOnce(ReadOnlySpan<byte> buffer)
    {
        if (!IsGiven)
            return (0, BadDescriptor);
        var written = write(descriptor, in MemoryMarshal.GetReference(buffer), buffer.Length);
        return written < 0 ? (0, Marshal.GetLastPInvokeError()) : ((int)written, 0);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint write(int descriptor, in byte buffer, nint count);
}
