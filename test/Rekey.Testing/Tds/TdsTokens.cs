using System.Globalization;
using System.Text;

namespace Rekey.Testing.Tds;

/// <summary>Writes the tokens of an answer.</summary>
internal sealed class TdsTokens
{
    private const byte Error = 0xAA;
    private const byte LoginAck = 0xAD;
    private const byte Changed = 0xE3;
    private const byte ReturnStatus = 0x79;
    private const byte DoneToken = 0xFD;
    private const byte DoneInProcedure = 0xFF;
    private const byte DoneProcedure = 0xFE;

    private const ushort More = 0x01;
    private const ushort Failed = 0x02;
    private const ushort HasCount = 0x10;
    private const ushort Attention = 0x20;

    private readonly MemoryStream _bytes = new();
    private readonly BinaryWriter _writer;

    public TdsTokens() => _writer = new BinaryWriter(_bytes, Encoding.Unicode);

    public ReadOnlyMemory<byte> Written => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

    public TdsTokens Accepted(string database)
    {
        ChangedText(1, database, "master");
        ChangedBytes(7, [0x09, 0x04, 0xD0, 0x00, 0x34], []); // the collation
        ChangedText(4, TdsMessage.PacketSize.ToString(CultureInfo.InvariantCulture), "4096");
        Sized(LoginAck, static body =>
        {
            body.Write((byte)1);
            body.Write([0x74, 0, 0, 4]); // TDS 7.4
            ShortText(body, "Microsoft SQL Server");
            body.Write([16, 0, 0x10, 0]);
        });
        return Done();
    }

    public TdsTokens SessionReset()
    {
        ChangedBytes(18, [], []);
        return this;
    }

    public TdsTokens TransactionBegun(byte[] id)
    {
        ChangedBytes(8, id, []);
        return Done();
    }

    public TdsTokens TransactionEnded(byte[] id, bool isCommitted)
    {
        ChangedBytes((byte)(isCommitted ? 9 : 10), [], id);
        return Done();
    }

    public TdsTokens Cancelled() => Done(DoneToken, Attention, 0);

    public TdsTokens Done() => Done(DoneToken, 0, 0);

    public TdsTokens Refused(TdsFault fault)
    {
        Fault(fault);
        return Done(DoneToken, Failed, 0);
    }

    /// <summary>The answer to a statement; a call ends in its own way.</summary>
    public TdsTokens Answer(TdsAnswer answer, bool isCall)
    {
        ushort status = 0;
        var rows = 0;
        switch (answer)
        {
            case TdsFault fault:
                Fault(fault);
                status = Failed;
                break;
            case TdsTable table:
                TdsRows.Write(_writer, table);
                (status, rows) = (HasCount, table.Rows.Count);
                break;
        }
        if (!isCall)
            return Done(DoneToken, status, rows);
        Done(DoneInProcedure, (ushort)(status | More), rows);
        _writer.Write(ReturnStatus);
        _writer.Write(0);
        return Done(DoneProcedure, (ushort)(status & Failed), 0);
    }

    private TdsTokens Done(byte token, ushort status, long rows)
    {
        _writer.Write(token);
        _writer.Write(status);
        _writer.Write((ushort)0);
        _writer.Write(rows);
        return this;
    }

    private void Fault(TdsFault fault) => Sized(Error, body =>
    {
        body.Write(fault.Number);
        body.Write((byte)1);
        body.Write((byte)fault.Severity);
        LongText(body, fault.Message);
        ShortText(body, "test");
        ShortText(body, string.Empty);
        body.Write(1);
    });

    private void ChangedText(byte what, string now, string before) => Sized(Changed, body =>
    {
        body.Write(what);
        ShortText(body, now);
        ShortText(body, before);
    });

    private void ChangedBytes(byte what, byte[] now, byte[] before) => Sized(Changed, body =>
    {
        body.Write(what);
        body.Write((byte)now.Length);
        body.Write(now);
        body.Write((byte)before.Length);
        body.Write(before);
    });

    private void Sized(byte token, Action<BinaryWriter> write)
    {
        var body = new MemoryStream();
        write(new BinaryWriter(body, Encoding.Unicode));
        _writer.Write(token);
        _writer.Write((ushort)body.Length);
        _writer.Write(body.ToArray());
    }

    private static void ShortText(BinaryWriter body, string text)
    {
        body.Write((byte)text.Length);
        body.Write(Encoding.Unicode.GetBytes(text));
    }

    private static void LongText(BinaryWriter body, string text)
    {
        body.Write((ushort)text.Length);
        body.Write(Encoding.Unicode.GetBytes(text));
    }
}
