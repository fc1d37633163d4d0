using System.Globalization;
using System.Text;

namespace Rekey.Testing.Tds;

/// <summary>Writes columns and rows.</summary>
internal static class TdsRows
{
    private const byte Columns = 0x81;
    private const byte Row = 0xD1;
    private const ushort TakesNull = 1;
    private const ushort Null = 0xFFFF;
    private const ulong UnboundedNull = ulong.MaxValue;
    private const int DecimalScale = 4;

    public static void Write(BinaryWriter writer, TdsTable table)
    {
        writer.Write(Columns);
        writer.Write((ushort)table.Columns.Count);
        foreach (var column in table.Columns)
        {
            writer.Write(0);
            writer.Write(TakesNull);
            writer.Write(TypeOf(column.Type));
            writer.Write((byte)column.Name.Length);
            writer.Write(Encoding.Unicode.GetBytes(column.Name));
        }
        foreach (var row in table.Rows)
        {
            writer.Write(Row);
            for (var i = 0; i < row.Length; i++)
                WriteValue(writer, table.Columns[i].Type, row[i]);
        }
    }

    private static byte[] TypeOf(TdsType type) => type switch
    {
        TdsType.Bit => [0x68, 1],
        TdsType.TinyInt => [0x26, 1],
        TdsType.Number => [0x26, 4],
        TdsType.BigInt => [0x26, 8],
        TdsType.Exact => [0x6A, 17, 38, DecimalScale],
        TdsType.NVarChar => [0xE7, 0x40, 0x1F, 0x09, 0x04, 0xD0, 0x00, 0x34],
        TdsType.NVarCharMax => [0xE7, 0xFF, 0xFF, 0x09, 0x04, 0xD0, 0x00, 0x34],
        TdsType.DateTime2 => [0x2A, 7],
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static void WriteValue(BinaryWriter writer, TdsType type, object? value)
    {
        switch (type)
        {
            case TdsType.NVarChar when value is null:
                writer.Write(Null);
                break;
            case TdsType.NVarChar:
                var text = Encoding.Unicode.GetBytes((string)value);
                writer.Write((ushort)text.Length);
                writer.Write(text);
                break;
            case TdsType.NVarCharMax when value is null:
                writer.Write(UnboundedNull);
                break;
            case TdsType.NVarCharMax:
                WriteChunk(writer, Encoding.Unicode.GetBytes((string)value));
                break;
            default:
                var bytes = value is null ? [] : BytesOf(type, value);
                writer.Write((byte)bytes.Length);
                writer.Write(bytes);
                break;
        }
    }

    private static void WriteChunk(BinaryWriter writer, byte[] text)
    {
        writer.Write((long)text.Length);
        if (text.Length > 0)
        {
            writer.Write(text.Length);
            writer.Write(text);
        }
        writer.Write(0);
    }

    private static byte[] BytesOf(TdsType type, object value) => type switch
    {
        TdsType.Bit => [(bool)value ? (byte)1 : (byte)0],
        TdsType.TinyInt => [(byte)value],
        TdsType.Number => BitConverter.GetBytes((int)value),
        TdsType.BigInt => BitConverter.GetBytes(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        TdsType.Exact => Decimal((decimal)value),
        TdsType.DateTime2 => DateTime2((DateTime)value),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static byte[] Decimal(decimal value)
    {
        var magnitude = (Int128)(Math.Abs(value) * 10_000m);
        var bytes = new byte[17];
        bytes[0] = value < 0 ? (byte)0 : (byte)1;
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(bytes.AsSpan(1), magnitude);
        return bytes;
    }

    // Five bytes of hundred nanoseconds since midnight, three of days since the year 1.
    private static byte[] DateTime2(DateTime value) =>
        [.. BitConverter.GetBytes(value.TimeOfDay.Ticks)[..5], .. BitConverter.GetBytes(value.Date.Ticks / TimeSpan.TicksPerDay)[..3]];
}
