using Rekey.Mcp.Sql;

namespace Rekey.Mcp.Tests.Sql;

/// <summary>In Transact-SQL a statement follows another with nothing between them, and no transaction refuses to write: the reader must not be fooled.</summary>
public sealed class TransactStatementTests
{
    private static readonly HashSet<string> Reaching = ["openrowset", "openquery", "opendatasource"];

    private static string? Refusal(string sql) => ReadOnlyStatement.Refusal(sql, Reaching, SqlDialect.Transact);

    [Theory]
    [InlineData("select 1")]
    [InlineData("SELECT 1;")]
    [InlineData("select top (10) * from dbo.orders o with (nolock) order by o.id desc")]
    [InlineData("select * from t order by id offset 10 rows fetch next 5 rows only")]
    [InlineData("with x as (select 1 as a) select a from x")]
    [InlineData("select [update], [delete from t], \"insert\", [a]]; drop table t] from [order details]")]
    [InlineData("select 'delete from t', N'it''s; exec p', '[', '\"' from t")]
    [InlineData("select 1 -- delete from t\r\n, 2 /* exec p /* drop table t */ */")]
    [InlineData("select 1e5, 1.5e-3, .5, 0x0fA, 0x, 2.e1, $1.5, 1e+2")]
    [InlineData("select case when a = 1 then 2 else 3 end from t")]
    [InlineData("select * from a inner merge join b on a.id = b.id option (merge join)")]
    [InlineData("select updated_at, inserted, deleted, executed, [set], isnull(a, 0), dateadd(day, 1, b) from t")]
    [InlineData("select a#1, a$b, @@version from #t cross apply openjson(c) where x like N'%é%'")]
    [InlineData("select next, value from t for json path")]
    [InlineData("select [prénom] from [größe]")]
    [InlineData("select count(*) over (partition by a order by b rows between 1 preceding and current row) from t")]
    [InlineData("(select 1) union all (select 2)")]
    public void Reading_is_let_through(string sql) => Assert.Null(Refusal(sql));

    [Theory]
    [InlineData("exec p", "only a SELECT")]
    [InlineData("p", "only a SELECT")]
    [InlineData("declare @a int = 1 select @a", "only a SELECT")]
    [InlineData("select 1; delete from t", "only one statement")]
    [InlineData("select 1 delete from t", "DELETE begins a statement")]
    [InlineData("select 1\ndelete t", "DELETE begins a statement")]
    [InlineData("select 1 commit delete from t", "COMMIT begins a statement")]
    [InlineData("select 'a' 'b' exec p", "EXEC begins a statement")]
    [InlineData("select * from t execute('drop table t')", "EXECUTE begins a statement")]
    [InlineData("select * from t as a update a set x = 1", "UPDATE begins a statement")]
    [InlineData("select * into copy from t", "SELECT INTO")]
    [InlineData("with x as (select * from t) delete from x", "DELETE begins a statement")]
    [InlineData("with x as (select * from t) update x set a = 1", "UPDATE begins a statement")]
    [InlineData("with x as (select 1 a) insert t select a from x", "INSERT begins a statement")]
    [InlineData("with x as (select 1 a) merge t using x on 1 = 1 when matched then delete;", "MERGE begins a statement")]
    [InlineData("select * from (update t set a = 1 output inserted.a) x", "UPDATE begins a statement")]
    [InlineData("select * from openrowset('SQLNCLI', 'server=x', 'delete from t')", "openrowset")]
    [InlineData("select * from OpenQuery /* here */ (linked, 'delete from t')", "OpenQuery")]
    [InlineData("select * from opendatasource('a', 'b').c.d.e", "opendatasource")]
    [InlineData("select * from t tablesample (1 rows) bulk insert t from 'f'", "BULK begins a statement")]
    [InlineData("select 1 waitfor delay '1:00'", "WAITFOR begins a statement")]
    [InlineData("select 1 shutdown with nowait", "SHUTDOWN begins a statement")]
    [InlineData("select 1 set xact_abort off", "SET begins a statement")]
    [InlineData("select 1 if 1 = 1 drop table t", "IF begins a statement")]
    [InlineData("select 1 as a disable trigger x on t", "TRIGGER begins a statement")]
    [InlineData("select 1 as a enable trigger x on t", "TRIGGER begins a statement")]
    [InlineData("select 1 as a receive * from q", "RECEIVE begins a statement")]
    [InlineData("select 1 end conversation '00000000-0000-0000-0000-000000000000'", "CONVERSATION begins a statement")]
    [InlineData("select 1 as a rename object t to x", "RENAME begins a statement")]
    [InlineData("select 1 add signature to p by certificate c", "ADD begins a statement")]
    [InlineData("select next value for s", "NEXT VALUE FOR")]
    [InlineData("select * from t with (updlock)", "locks")]
    [InlineData("select {call p}", "ODBC")]
    [InlineData("select 1delete from t", "without a blank")]
    [InlineData("select 1.delete from t", "without a blank")]
    [InlineData("select 1edelete from t", "without a blank")]
    [InlineData("select 1e5delete from t", "without a blank")]
    [InlineData("select 0xupdate t set a = 1", "without a blank")]
    [InlineData("select .5delete from t", "without a blank")]
    [InlineData("select e'x\\' delete from t --' from t", "DELETE begins a statement")]
    [InlineData("select $$ delete from t --$$", "DELETE begins a statement")]
    [InlineData("select $a$ delete from t --$a$", "DELETE begins a statement")]
    [InlineData("select ` delete from t --`", "DELETE begins a statement")]
    [InlineData("select a.delete from t", "DELETE begins a statement")]
    [InlineData("select 1 as delete", "DELETE begins a statement")]
    [InlineData("select 1\u00a0delete\u00a0from\u00a0t", "beyond ASCII")]
    [InlineData("select 1 \u3000delete from t", "beyond ASCII")]
    [InlineData("select 1 delete\u00a0from t", "DELETE begins a statement")]
    [InlineData("select 1 ｄｅｌｅｔｅ from t", "beyond ASCII")]
    [InlineData("select 1 in\u017fert t", "beyond ASCII")]
    [InlineData("select 1 -- \r' \n delete from t --'", "control character")]
    [InlineData("select 1 -- \u2028' \n delete from t --'", "control character")]
    [InlineData("select 1 -- \u0085' \n delete from t --'", "control character")]
    [InlineData("select 1\0 delete from t", "control character")]
    [InlineData("select [a]] delete from t", "not closed")]
    [InlineData("select 'a\\' delete from t --'", "DELETE begins a statement")]
    [InlineData("select \"a\"\"\" delete from t --\"", "DELETE begins a statement")]
    public void What_could_change_something_is_refused_with_its_reason(string sql, string reason) =>
        Assert.Contains(reason, Refusal(sql), StringComparison.Ordinal);

    /// <summary>The words with which the reference of the language begins its statements.</summary>
    [Theory]
    [InlineData("add"), InlineData("alter"), InlineData("backup"), InlineData("begin"), InlineData("bulk"), InlineData("checkpoint"), InlineData("close")]
    [InlineData("commit"), InlineData("create"), InlineData("dbcc"), InlineData("deallocate"), InlineData("declare"), InlineData("delete"), InlineData("deny")]
    [InlineData("drop"), InlineData("exec"), InlineData("execute"), InlineData("grant"), InlineData("if"), InlineData("insert"), InlineData("kill"), InlineData("merge")]
    [InlineData("open"), InlineData("print"), InlineData("raiserror"), InlineData("reconfigure"), InlineData("restore"), InlineData("revert"), InlineData("revoke")]
    [InlineData("rollback"), InlineData("save"), InlineData("send"), InlineData("set"), InlineData("setuser"), InlineData("shutdown"), InlineData("throw")]
    [InlineData("truncate"), InlineData("update"), InlineData("updatetext"), InlineData("use"), InlineData("waitfor"), InlineData("while"), InlineData("writetext")]
    public void No_statement_begins_anywhere_whatever_stands_around_it(string word)
    {
        var random = new Random(word.Length);
        string[] reading = ["select", "a", ",", "(", "'x'", ")", "from", "[t]", "as", "x", "where", "a", "=", "1", "or", "b", "in", "(", "2", ")", "order", "by", "a", "desc"];
        for (var at = 1; at <= reading.Length; at++)
        {
            var words = reading.Take(at).Append(word).Concat(reading.Skip(at));
            var sql = string.Concat(words.Select(w => Gap(random) + AnyCase(random, w)));
            Assert.True(Refusal(sql) is not null, sql);
        }
    }

    [Fact]
    public void Whatever_stands_in_quotes_brackets_and_comments_is_no_reason()
    {
        string[] forbidden = ["delete from t", "; drop table t", "into x", "exec p", "{call p}", "1delete", "ü \u00a0", "next value for s"];
        var random = new Random(20260728);
        for (var i = 0; i < 5000; i++)
        {
            var sql = "select " + string.Join(", ", Enumerable.Range(0, random.Next(1, 5)).Select(_ => Harmless(random, forbidden[random.Next(forbidden.Length)])));
            Assert.True(Refusal(sql) is null, sql);
        }
    }

    [Theory]
    [InlineData("select ", "1"), InlineData("select ", "1."), InlineData("select 0x", "0"), InlineData("select ", "[]]"), InlineData("select ", "$"), InlineData("select ", "/*")]
    public void A_megabyte_of_anything_is_read_in_linear_time(string start, string repeated)
    {
        var sql = start + string.Concat(Enumerable.Repeat(repeated, (1 << 20) / repeated.Length)) + "x";
        var began = TimeProvider.System.GetTimestamp();

        _ = Refusal(sql);

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
    }

    private static string Harmless(Random random, string text) => random.Next(5) switch
    {
        0 => $"'{text}'",
        1 => $"N'{text}'",
        2 => $"\"{text}\"",
        3 => $"[{text}]",
        _ => $"1 /* {text} /* {text} */ */ -- {text}\r\n",
    };

    private static string Gap(Random random) => random.Next(4) switch
    {
        0 => " ",
        1 => "\r\n\t",
        2 => " /* ' \" [ */ ",
        _ => " -- '\n ",
    };

    private static string AnyCase(Random random, string word) => string.Concat(word.Select(c => random.Next(2) == 0 ? char.ToUpperInvariant(c) : c));
}
