using System.Text.RegularExpressions;
using Rekey.Testing.Tds;

namespace Rekey.Mcp.Tests.Databases;

/// <summary>
/// What SQL Server would say of a small shop, to the questions of the catalogue. The server knows no SQL: it looks at the tables that a
/// question names, holds what it selects against the columns of the answer, and filters by the parameters it was sent.
/// </summary>
internal static partial class TdsShop
{
    public static void Open(TdsServer server)
    {
        List(server, "from sys.schemas", ["schema_name"], ["dbo"], ["sales"]);
        List(server, "from sys.objects .* in \\('U'\\)", ["schema_name", "table_name"], ["dbo", "customers"], ["sales", "order details"]);
        List(server, "from sys.objects .* in \\('V'\\)", ["schema_name", "view_name"], ["dbo", "big"]);
        List(server, "from sys.objects .* in \\('P',", ["schema_name", "procedure_name", "procedure_type"], ["dbo", "tidy", "procedure"], ["dbo", "twice", "function"]);
        Detail(
            server, "join sys.columns .*order by c.column_id",
            ["column_name", "data_type", "is_nullable", "is_identity", "is_primary_key", "column_default"],
            ("dbo.customers", ["id", "bigint", false, true, true, null]), ("dbo.customers", ["name", "nvarchar(100)", true, false, false, "(N'none')"]),
            ("dbo.odd] table", ["id", "int", false, false, false, null]));
        Detail(
            server, "join sys.index_columns .*order by i.is_primary_key", ["index_name", "column_name", "ordinal", "is_unique", "is_primary_key"],
            ("dbo.customers", ["pk_customers", "id", 1, true, true]));
        Detail(
            server, "from sys.foreign_keys", ["constraint_name", "column_name", "referenced_schema", "referenced_table", "referenced_column"],
            ("dbo.customers", ["fk_detail", "id", "sales", "order details", "customer"]));
        Detail(server, "sys.sql_modules .*in \\('V'\\)", ["definition"], ("dbo.big", ["create view big as select 1 as one"]));
        Detail(server, "sys.sql_modules .*in \\('P',", ["definition"], ("dbo.tidy", ["create procedure tidy as delete from t"]), ("dbo.hidden", [null]));
    }

    // Of one schema, or of all when none is given.
    private static void List(TdsServer server, string question, string[] columns, params object?[][] rows) =>
        Answer(server, question, columns, rows, request => rows.Where(row => request.Parameters.GetValueOrDefault("@schema") is not string schema || schema == (string)row[0]!));

    private static void Detail(TdsServer server, string question, string[] columns, params (string What, object?[] Row)[] rows) =>
        Answer(
            server, question, columns, [.. rows.Select(static r => r.Row)],
            request => rows.Where(r => r.What == $"{request.Parameters["@schema"]}.{request.Parameters["@name"]}").Select(static r => r.Row));

    private static void Answer(TdsServer server, string question, string[] columns, object?[][] rows, Func<TdsRequest, IEnumerable<object?[]>> asked)
    {
        var types = columns.Select((name, i) => new TdsColumn(name, TypeOf(rows[0][i]))).ToList();
        server.On(question, (request, _) => Task.FromResult<TdsAnswer>(
            Selected(request.Sql).SequenceEqual(columns) ? new TdsTable(types, [.. asked(request)]) : new TdsFault(50000, Message: "Other columns were expected.")));
    }

    private static TdsType TypeOf(object? value) => value switch
    {
        bool => TdsType.Bit,
        int => TdsType.Number,
        _ => TdsType.NVarCharMax,
    };

    // What stands behind AS, or the last part of a name of its own; literals and everything in parentheses are out of the way.
    private static IEnumerable<string> Selected(string sql)
    {
        var rest = Literal().Replace(sql, string.Empty);
        while (Parentheses().IsMatch(rest))
            rest = Parentheses().Replace(rest, string.Empty);
        return From().Split(rest)[0].Split(',').Select(static part => part.Split(' ', '.', '\n', '\r')[^1]);
    }

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"\s+from sys\.")]
    private static partial Regex From();
}
