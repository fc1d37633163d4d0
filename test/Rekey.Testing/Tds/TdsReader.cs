using System.Buffers.Binary;
using System.Text;

namespace Rekey.Testing.Tds;

/// <summary>Reads what a client sends.</summary>
internal ref struct TdsReader(ReadOnlySpan<byte> bytes)
{
    private const byte IntegerType = 0x26;
    private const byte TextType = 0xE7;
    private const ushort Null = 0xFFFF;
    private const ushort Unbounded = 0xFFFF;

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public void Skip(int count) => Take(count);

    /// <summary>A name, a status byte, a type and a value.</summary>
    public (string Name, object? Value) Parameter()
    {
        var name = Encoding.Unicode.GetString(Take(2 * Byte()));
        Skip(1);
        return (name, Byte() switch
        {
            IntegerType => Integer(),
            TextType => Text(),
            var type => throw new InvalidDataException($"The type 0x{type:X2} is not read here."),
        });
    }

    private object? Integer()
    {
        Skip(1);
        var value = Take(Byte());
        return value.Length switch
        {
            0 => null,
            4 => BinaryPrimitives.ReadInt32LittleEndian(value),
            8 => BinaryPrimitives.ReadInt64LittleEndian(value),
            var length => throw new InvalidDataException($"An integer of {length} bytes is not read here."),
        };
    }

    private string? Text()
    {
        var isUnbounded = UInt16() == Unbounded;
        Skip(5); // the collation
        if (isUnbounded)
            return Chunks();
        var length = UInt16();
        return length == Null ? null : Encoding.Unicode.GetString(Take(length));
    }

    private string? Chunks()
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(Take(8)) == ulong.MaxValue)
            return null;
        var text = new StringBuilder();
        while (BinaryPrimitives.ReadInt32LittleEndian(Take(4)) is > 0 and var length)
            text.Append(Encoding.Unicode.GetString(Take(length)));
        return text.ToString();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
