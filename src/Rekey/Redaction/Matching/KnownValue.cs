using System.Buffers;

namespace Rekey.Redaction.Matching;

/// <summary>A value that is looked for. Its writings are made when one of them seems to be there, which for most never happens.</summary>
internal sealed class KnownValue(byte[] utf8, bool isOpaque, bool isLine = false, bool beginsInPublic = false)
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF-"u8);

    private readonly SecretView?[] _views = new SecretView?[SecretView.Kinds];

    /// <summary>The value itself.</summary>
    public byte[] Utf8 => utf8;

    /// <summary>Whether it means the same in upper and lower case: hex digits, a GUID.</summary>
    public bool IsHex { get; } = !utf8.AsSpan().ContainsAnyExcept(HexDigits);

    /// <summary>Whether all of it is secret, so that a good part of it is hidden too. A URL or a document has parts that anybody may know.</summary>
    public bool IsOpaque => isOpaque;

    /// <summary>Whether it is only ever shown as text: a line of a longer value, which is looked for in every writing.</summary>
    public bool IsLine => isLine;

    /// <summary>Whether it begins with what anybody may know: nobody should wait for the rest of every such word.</summary>
    public bool BeginsInPublic => beginsInPublic;

    public SecretView View(int kind) => Volatile.Read(ref _views[kind]) ?? Made(kind);

    private SecretView Made(int kind)
    {
        var view = new SecretView(utf8, kind, IsHex);
        Volatile.Write(ref _views[kind], view);
        return view;
    }
}
