using System.Data.Common;
using System.Globalization;

namespace Rekey.Mcp.Results;

/// <summary>Names for the columns of a result, no two of them equal: a row is a JSON object.</summary>
internal static class ColumnNames
{
    public static IReadOnlyList<RowColumn> Of(DbDataReader reader, bool streamsValues)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var columns = new RowColumn[reader.FieldCount];
        for (var i = 0; i < columns.Length; i++)
        {
            var name = reader.GetName(i) is { Length: > 0 } given ? given : "column";
            columns[i] = new RowColumn(Free(name, taken), reader.GetDataTypeName(i), streamsValues);
        }
        return columns;
    }

    private static string Free(string name, HashSet<string> taken)
    {
        var free = name;
        for (var n = 2; !taken.Add(free); n++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name}_{n}");
        return free;
    }
}
