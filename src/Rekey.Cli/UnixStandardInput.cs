using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Rekey.Cli;

/// <summary>Standard input as it comes. The console's own stream reads a terminal by lines of text, and whatever the runtime has opened where no input was given.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixStandardInput : Stream
{
    private const int Descriptor = 0;

    /// <inheritdoc cref="UnixDescriptor.IsGiven"/>
    public bool IsGiven { get; } = UnixDescriptor.IsGiven(Descriptor);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (!IsGiven)
            throw new IOException("There is no standard input.");
        while (true)
        {
            var length = read(Descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (length >= 0)
                return (int)length;
            var error = Marshal.GetLastPInvokeError();
            if (UnixDescriptor.IsTryAgain(error))
                UnixDescriptor.WaitToRead(Descriptor);
            else if (error != UnixDescriptor.Interrupted)
                throw new IOException($"Standard input cannot be read (error {error}).");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint read(int descriptor, ref byte buffer, nint count);
}
