using System.Buffers.Binary;
using System.Text;

namespace Rekey.Testing.Tds;

/// <summary>A statement that a client sent.</summary>
/// <param name="User">Whose session it came in.</param>
/// <param name="Sql">Its text.</param>
/// <param name="Parameters">Its parameters by their names, with the <c>@</c>.</param>
/// <param name="IsCall">Whether it came as a call of <c>sp_executesql</c>.</param>
public sealed record TdsRequest(string User, string Sql, IReadOnlyDictionary<string, object?> Parameters, bool IsCall)
{
    private const ushort ByNumber = 0xFFFF;
    private const ushort ExecuteSql = 10;

    internal static TdsRequest Read(string user, TdsMessage message)
    {
        // Headers stand first, with their length.
        var body = message.Body.AsSpan(BinaryPrimitives.ReadInt32LittleEndian(message.Body));
        return message.Type is TdsMessageType.Batch
            ? new TdsRequest(user, Encoding.Unicode.GetString(body), new Dictionary<string, object?>(), IsCall: false)
            : ReadCall(user, new TdsReader(body));
    }

    private static TdsRequest ReadCall(string user, TdsReader reader)
    {
        if (reader.UInt16() != ByNumber || reader.UInt16() != ExecuteSql)
            throw new InvalidDataException("Only sp_executesql is called here.");
        reader.Skip(2);
        var sql = (string)reader.Parameter().Value!;
        var parameters = new Dictionary<string, object?>();
        if (!reader.IsAtEnd)
            _ = reader.Parameter(); // their declarations
        while (!reader.IsAtEnd)
        {
            var (name, value) = reader.Parameter();
            parameters[name] = value;
        }
        return new TdsRequest(user, sql, parameters, IsCall: true);
    }
}
