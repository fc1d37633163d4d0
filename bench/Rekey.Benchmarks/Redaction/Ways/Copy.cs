using System.Runtime.InteropServices;

namespace Rekey.Benchmarks.Redaction.Ways;

/// <summary>Looks for nothing: what memory allows.</summary>
internal sealed class Copy() : Way("memcpy")
{
    private const int Line = 64;
    private const int Page = 4096;

    private byte[] _room = [];
    private int _from;
    private int _to;
    private int _length;

    /// <summary>Source and target at the beginning of a line, half a page apart: where they are by chance makes a difference of six.</summary>
    public override void Load(byte[] message)
    {
        _length = message.Length;
        _room = GC.AllocateArray<byte>((2 * _length) + (3 * Page), pinned: true);
        _from = Line - (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_room, 0) % Line);
        _to = _from + ((_length + Page - 1) / Page * Page) + (Page / 2);
        message.CopyTo(_room, _from);
    }

    public override int Scan()
    {
        _room.AsSpan(_from, _length).CopyTo(_room.AsSpan(_to));
        return 0;
    }
}
