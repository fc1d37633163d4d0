using Rekey.Testing;
using Rekey.Testing.Postgres;

namespace Rekey.Mcp.Tests.Databases;

public sealed class RunSelectTests : DatabaseTest
{
    private const string Three = "create table t (a int); insert into t values (1), (2), (3)";

    [Theory, MemberData(nameof(Engines))]
    public async Task A_whole_result_tells_its_total(string engine)
    {
        await AddAsync(engine, Three);
        var session = await ServeAsync();

        var result = await SelectAsync(session, "select a, a * 2 as double_a from t order by a", rows: 3);

        Assert.Equal(3, result.GetProperty("row_count_returned").GetInt32());
        Assert.Equal(3, result.GetProperty("row_count_total").GetInt32());
        Assert.False(result.GetProperty("truncated").GetBoolean());
        Assert.False(result.TryGetProperty("truncated_by", out _));
        Assert.Equal(["a", "double_a"], result.GetProperty("columns").EnumerateArray().Select(static c => c.GetProperty("name").GetString()));
        Assert.Equal("""{"a":2,"double_a":4}""", result.GetProperty("rows")[1].GetRawText());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_cut_result_says_so_and_tells_no_total(string engine)
    {
        await AddAsync(engine, Three);
        var session = await ServeAsync();

        var result = await SelectAsync(session, "select a from t order by a", rows: 2);

        Assert.Equal(2, result.GetProperty("row_count_returned").GetInt32());
        Assert.True(result.GetProperty("truncated").GetBoolean());
        Assert.Equal("rows", result.GetProperty("truncated_by").GetString());
        Assert.False(result.TryGetProperty("row_count_total", out _));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task An_empty_result_still_names_its_columns(string engine)
    {
        await AddAsync(engine, Three);
        var session = await ServeAsync();

        var result = await SelectAsync(session, "select a, 'x' as b from t where a > 99");

        Assert.Equal(0, result.GetProperty("row_count_total").GetInt32());
        Assert.Equal(["a", "b"], result.GetProperty("columns").EnumerateArray().Select(static c => c.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("postgres", "select generate_series(1, 2000000000) as i, repeat('x', 100) as pad")]
    [InlineData("sqlite", "with recursive n(i) as (select 1 union all select i + 1 from n) select i, hex(zeroblob(50)) as pad from n")]
    public async Task What_lies_behind_the_cut_is_neither_computed_nor_held(string engine, string endless)
    {
        await AddAsync(engine, Three);
        var session = await ServeAsync();

        for (var i = 0; i < 5; i++)
        {
            // Between the cuts the connection answers as if nothing had been stopped on it.
            Assert.Equal(1000, (await SelectAsync(session, endless, rows: 1000)).GetProperty("row_count_returned").GetInt32());
            Assert.Equal(3, (await SelectAsync(session, "select a from t")).GetProperty("row_count_total").GetInt32());
        }
    }

    [Fact]
    public async Task The_size_of_a_result_has_an_end_too()
    {
        await AddPostgresAsync(Three);
        var session = await ServeAsync();

        var result = await SelectAsync(session, "select repeat(md5(i::text), 100) as pad from generate_series(1, 100000) i", rows: 1000);

        Assert.Equal("size", result.GetProperty("truncated_by").GetString());
        Assert.InRange(result.GetProperty("row_count_returned").GetInt32(), 300, 340);
        var wide = await SelectAsync(session, "select " + string.Join(", ", Enumerable.Range(0, 400).Select(static i => $"repeat('x', 4000) as c{i}")));
        Assert.Equal(0, wide.GetProperty("row_count_returned").GetInt32());
        Assert.Equal("size", wide.GetProperty("truncated_by").GetString());
    }

    [Theory]
    [InlineData("insert into t values (4)")]
    [InlineData("with x as (delete from t returning a) select a from x")]
    [InlineData("select 1; drop table t")]
    [InlineData("select nextval('s')")]
    [InlineData("select a into u from t")]
    public async Task A_statement_that_does_not_only_read_is_not_run(string query)
    {
        await AddPostgresAsync(Three + "; create sequence s");
        var session = await ServeAsync();

        var error = ErrorOf(await session.CallAsync("run_select", new { query }));

        Assert.Equal("SQL_NOT_READ_ONLY", error.GetProperty("code").GetString());
        Assert.Equal(3, (await SelectAsync(session, "select a from t")).GetProperty("row_count_total").GetInt32());
    }

    [Fact]
    public async Task The_engine_itself_refuses_what_the_guard_cannot_see()
    {
        await AddPostgresAsync(Three + "; create function sneaky() returns int language sql security definer as $$ insert into t values (9) returning a $$");
        var session = await ServeAsync();

        Assert.Equal("DATABASE_READ_ONLY", CodeOf(await session.CallAsync("run_select", new { query = "select sneaky()" })));
        Assert.Equal(3, (await SelectAsync(session, "select a from t")).GetProperty("row_count_total").GetInt32());
    }

    [Theory]
    [InlineData("select 1 as §$$; commit; delete from t; select 1 as §$$")]
    [InlineData("select 1 as ×$a$; commit; delete from t; select 1 as ×$a$")]
    public async Task What_the_guard_takes_for_a_text_is_no_way_out_of_the_transaction(string query)
    {
        await AddPostgresAsync(Three + "; grant all on t to public");
        var session = await ServeAsync();

        Observe(TextOf(await session.CallAsync("run_select", new { query })));

        Assert.Equal(3, (await SelectAsync(session, "select a from t")).GetProperty("row_count_total").GetInt32());
    }

    [Fact]
    public async Task A_query_beyond_every_measure_is_refused_in_words()
    {
        await AddSqliteAsync(Three);
        var session = await ServeAsync();

        var error = ErrorOf(await session.CallAsync("run_select", new { query = "select '" + new string('x', 10_000_000) + "'" }));

        Assert.Equal("SQL_TOO_LONG", error.GetProperty("code").GetString());
        Assert.Equal(1, (await SelectAsync(session, "select '" + new string('x', 1_000_000) + "' as long")).GetProperty("row_count_total").GetInt32());
    }

    [Theory]
    [InlineData("select no_such_column from t", "42703")]
    [InlineData("select * from no_such_table", "42P01")]
    [InlineData("select 1 +", "42601")]
    [InlineData("select 1 / 0", "22012")]
    [InlineData("select 'secret-text-in-a-message'::int", "22P02")]
    public async Task A_failed_statement_has_its_code_and_never_the_text_of_the_engine(string query, string sqlState)
    {
        await AddPostgresAsync(Three);
        var session = await ServeAsync();

        var result = await session.CallAsync("run_select", new { query });

        Assert.Equal("DATABASE_STATEMENT_FAILED", CodeOf(result));
        Assert.Contains($"SQLSTATE {sqlState}", TextOf(result));
        Assert.DoesNotContain("no_such", TextOf(result));
        Assert.DoesNotContain("secret-text", session.Wire);
        Assert.DoesNotContain(LogLines, static line => line.Contains("secret-text", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("select no_such_column from t"), InlineData("select 1 +"), InlineData("select @x"), InlineData("select ?1, :y")]
    public async Task A_statement_that_the_small_engine_cannot_run_fails_in_the_same_shape(string query)
    {
        await AddSqliteAsync(Three);
        var session = await ServeAsync();

        Assert.Equal("DATABASE_STATEMENT_FAILED", CodeOf(await session.CallAsync("run_select", new { query })));
    }

    [Fact]
    public async Task A_denied_table_is_a_missing_permission()
    {
        var login = await AddPostgresAsync(Three);
        var server = await PostgresServer.SharedAsync();
        await server.ExecuteAsync("create table hidden (a int)", login.Login.Database);
        var session = await ServeAsync();

        Assert.Equal("DATABASE_PERMISSION_DENIED", CodeOf(await session.CallAsync("run_select", new { query = "select * from hidden" })));
        Assert.Equal("DATABASE_PERMISSION_DENIED", CodeOf(await session.CallAsync("sample_rows", new { table = "hidden" })));
    }

    [Fact]
    public async Task A_statement_without_an_end_is_ended()
    {
        var time = new ManualTimeProvider();
        Time = time;
        await AddSqliteAsync(Three);
        var session = await ServeAsync();

        var call = session.CallAsync("run_select", new { query = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n" });

        Assert.Equal("DATABASE_TIMEOUT", CodeOf(await Until.Done(call, time, TimeSpan.FromSeconds(1))));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, (await SelectAsync(session, "select a from t")).GetProperty("row_count_total").GetInt32());
    }
}
