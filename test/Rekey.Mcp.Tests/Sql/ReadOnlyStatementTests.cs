using Rekey.Mcp.Sql;

namespace Rekey.Mcp.Tests.Sql;

public sealed class ReadOnlyStatementTests
{
    private static readonly HashSet<string> Writing = ["nextval", "lo_unlink", "pg_terminate_backend"];

    private static readonly string[] Forbidden =
    [
        "insert into t values (1)", "delete from t", "update t set a = 1", "drop table t", "; select 2", "into x", "for update", "nextval('s')", "exec p", "merge into t",
    ];

    [Theory]
    [InlineData("select 1")]
    [InlineData("SELECT 1;")]
    [InlineData("select 1 ; -- done")]
    [InlineData("  /* first */ -- second\n select 1")]
    [InlineData("(select 1) union all (select 2)")]
    [InlineData("with a as (select 1) select * from a")]
    [InlineData("with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) select i from n")]
    [InlineData("select 'it''s; delete from t'")]
    [InlineData("select E'it\\'s; delete from t'")]
    [InlineData("select $$; drop table t$$, $x$ $$ into $$ $x$")]
    [InlineData("select \"insert\", [delete], `update` from t")]
    [InlineData("select t.into, t.update from t")]
    [InlineData("select 1 as into, 2 as delete")]
    [InlineData("select replace(a, 'x', 'y'), coalesce(update, delete) from t")]
    [InlineData("select * from t where (update is null or delete in (1))")]
    [InlineData("select substring(a from 1 for 3) from t")]
    [InlineData("select a[1], array[1, 2], $1 from t")]
    [InlineData("select array[['a', 'b'], ['c', 'd']], x[y[1]] from t")]
    [InlineData("select /* outer /* inner ; */ still */ 1")]
    [InlineData("select tags @> array['x'], data #>> '{a}' from t")]
    [InlineData("select nextvalue, \"nextval\" from t")]
    [InlineData("select updated_at, inserted, for_update from deletes")]
    public void Reading_is_let_through(string sql) => Assert.Null(ReadOnlyStatement.Refusal(sql, Writing, sql.Contains("[delete]", StringComparison.Ordinal) ? SqlDialect.Bracketed : SqlDialect.Standard));

    [Theory]
    [InlineData("", "only a SELECT")]
    [InlineData("-- nothing", "only a SELECT")]
    [InlineData("insert into t values (1)", "only a SELECT")]
    [InlineData("explain analyze delete from t", "only a SELECT")]
    [InlineData("call p()", "only a SELECT")]
    [InlineData("begin", "only a SELECT")]
    [InlineData("values (1)", "only a SELECT")]
    [InlineData("(((delete from t)))", "only a SELECT")]
    [InlineData("select 1; select 2", "only one statement")]
    [InlineData("select 1;/**/drop table t", "only one statement")]
    [InlineData("select 1 as §$$; drop table t; select 1 as §$$", "only one statement")]
    [InlineData("select 1 as x\u00a0$$; drop table t; select 1 as x\u00a0$$", "only one statement")]
    [InlineData("select * into copy from t", "SELECT INTO")]
    [InlineData("select * from t for update", "lock")]
    [InlineData("select * from t FOR NO KEY UPDATE", "lock")]
    [InlineData("select * from t for share", "lock")]
    [InlineData("with a as (delete from t returning *) select * from a", "DELETE")]
    [InlineData("with a as materialized (insert into t values (1) returning *) select * from a", "INSERT")]
    [InlineData("with a as (select 1) update t set a = 1", "UPDATE")]
    [InlineData("with a as (select 1) merge into t using a on true when matched then delete", "MERGE")]
    [InlineData("with a as (select 1) delete t", "DELETE")]
    [InlineData("select nextval('s')", "nextval")]
    [InlineData("select NextVal /* x */ ('s')", "NextVal")]
    [InlineData("select \"nextval\"('s')", "nextval")]
    [InlineData("select pg_catalog.pg_terminate_backend(1)", "pg_terminate_backend")]
    [InlineData("select @pg_terminate_backend(1)", "pg_terminate_backend")]
    [InlineData("select 'open", "not closed")]
    [InlineData("select \"open", "not closed")]
    [InlineData("select $a$ open $b$", "not closed")]
    [InlineData("select /* /* open */", "not closed")]
    [InlineData("/* open", "not closed")]
    [InlineData("select E'open\\'", "not closed")]
    public void Anything_else_is_refused_with_its_reason(string sql, string reason) => Assert.Contains(reason, ReadOnlyStatement.Refusal(sql, Writing));

    [Fact]
    public void Whatever_stands_in_quotes_and_comments_is_no_reason()
    {
        var random = new Random(20260728);
        for (var i = 0; i < 5000; i++)
        {
            var sql = "select " + string.Join(", ", Enumerable.Range(0, random.Next(1, 5)).Select(_ => Harmless(random)));
            Assert.True(ReadOnlyStatement.Refusal(sql, Writing, SqlDialect.Bracketed) is null, sql);
        }
    }

    [Fact]
    public void No_blank_or_comment_between_its_words_hides_a_write()
    {
        string[][] writes =
        [
            ["select", "1", ";", "delete", "from", "t"], ["select", "*", "into", "x", "from", "t"], ["select", "*", "from", "t", "for", "update"],
            ["with", "a", "as", "(", "delete", "from", "t", ")", "select", "1"], ["with", "a", "as", "(", "select", "1", ")", "insert", "into", "t", "select", "1"],
            ["select", "nextval", "(", "'s'", ")"], ["select", "public", ".", "lo_unlink", "(", "1", ")"],
        ];
        var random = new Random(42);
        for (var i = 0; i < 5000; i++)
        {
            var sql = string.Concat(writes[random.Next(writes.Length)].Select(word => Gap(random) + AnyCase(random, word)));
            Assert.True(ReadOnlyStatement.Refusal(sql, Writing, (SqlDialect)(i % 2)) is not null, sql);
        }
    }

    [Fact]
    public void No_text_whatever_breaks_the_lexer()
    {
        const string Alphabet = "'\"`[]$$/*--;()eE\\ \n a1_.selcti@#éß\ud83d";
        var random = new Random(7);
        for (var i = 0; i < 20000; i++)
        {
            var tail = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            _ = ReadOnlyStatement.Refusal("select " + tail, Writing, (SqlDialect)(i % 3));
        }
    }

    [Theory]
    [InlineData("select '", "''"), InlineData("select ", "$"), InlineData("select ", "/*"), InlineData("select ", "$a$"), InlineData("select ", "("), InlineData("select /", "*/*")]
    public void A_megabyte_of_openings_is_read_in_linear_time(string start, string repeated)
    {
        var sql = start + string.Concat(Enumerable.Repeat(repeated, (1 << 20) / repeated.Length));
        var began = TimeProvider.System.GetTimestamp();

        _ = ReadOnlyStatement.Refusal(sql, Writing);

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
    }

    private static string Harmless(Random random)
    {
        var text = Forbidden[random.Next(Forbidden.Length)];
        return random.Next(8) switch
        {
            0 => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
            1 => $"\"{text}\"",
            2 => $"[{text}]",
            3 => $"`{text}`",
            4 => $"E'{text.Replace("'", "\\'", StringComparison.Ordinal)}'",
            5 => $"$q${text}$q$",
            6 => $"1 -- {text}\n",
            _ => $"1 /* {text} /* {text} */ */",
        };
    }

    private static string Gap(Random random) => random.Next(4) switch
    {
        0 => " ",
        1 => "\n\t",
        2 => " /* ' \" $$ */ ",
        _ => " -- '\n ",
    };

    private static string AnyCase(Random random, string word) => string.Concat(word.Select(c => random.Next(2) == 0 ? char.ToUpperInvariant(c) : c));
}
