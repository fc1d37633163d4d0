namespace Rekey.Mcp.Sql;

/// <summary>
/// Tells an agent early and in words what a read-only tool does not run: anything but one SELECT, or one WITH that ends in a SELECT.
/// It is courtesy, not the boundary: the transaction in which the engine itself refuses to write is, and a login that cannot write.
/// </summary>
internal static class ReadOnlyStatement
{
    /// <summary>Why <paramref name="sql"/> is not run; null when it may be.</summary>
    public static string? Refusal(string sql, IReadOnlySet<string> writingFunctions, SqlDialect dialect = SqlDialect.Standard)
    {
        if (dialect is SqlDialect.Transact && TransactStatement.HasUnclearLines(sql))
            return "it holds a control character, or a line ends in an unusual way";
        var lexer = new SqlLexer(sql, dialect);
        var first = lexer.Next();
        while (first.IsSymbol('('))
            first = lexer.Next();
        if (Defect(first) is { } defect)
            return defect;
        if (!first.IsAnyWord("select", "with"))
            return "only a SELECT, or a WITH that ends in one, is run";
        return Rest(lexer, first, writingFunctions, dialect);
    }

    private static string? Rest(SqlLexer lexer, SqlToken first, IReadOnlySet<string> writingFunctions, SqlDialect dialect)
    {
        var previous = first;
        while (true)
        {
            var token = lexer.Next();
            if (token.Kind is SqlTokenKind.End)
                return null;
            if (Defect(token) is { } defect)
                return defect;
            var next = lexer.Peek();
            if (token.IsSymbol(';') && next.Kind is not SqlTokenKind.End)
                return "only one statement is run";
            var refusal = dialect is SqlDialect.Transact ? TransactStatement.Refusal(previous, token, next) : Refusal(previous, token, next);
            if (refusal is not null)
                return refusal;
            if (token.IsName && next.IsSymbol('(') && Calls(token.Text, writingFunctions))
                return $"{token.Text} changes something or reaches beyond the database";
            previous = token;
        }
    }

    private static string? Refusal(SqlToken previous, SqlToken token, SqlToken next)
    {
        if (token.Kind is not SqlTokenKind.Word || previous.IsSymbol('.') || previous.IsWord("as"))
            return null; // after a dot and after AS a keyword is a name
        if (token.IsWord("into"))
            return "SELECT INTO writes a table";
        if (token.IsWord("for") && next.IsAnyWord("update", "share", "no", "key"))
            return "FOR UPDATE and FOR SHARE lock rows";
        return BeginsChange(previous, token, next) ? $"{token.Text.ToString().ToUpperInvariant()} changes data" : null;
    }

    // A statement stands after '(' in a common table expression and after ')' at the end of WITH, and a name follows it.
    // A column of that name stands there too, and an operator follows it.
    private static bool BeginsChange(SqlToken previous, SqlToken token, SqlToken next)
    {
        if (!(previous.IsSymbol('(') || previous.IsSymbol(')')) || !next.IsName || next.IsAnyWord(Operators))
            return false;
        return token.IsWord("delete") || (token.IsAnyWord("insert", "update", "merge", "replace") && !next.IsWord("from"));
    }

    private static readonly string[] Operators =
        ["and", "as", "asc", "at", "between", "collate", "desc", "ilike", "in", "is", "isnull", "like", "not", "notnull", "or", "similar"];

    private static bool Calls(ReadOnlySpan<char> name, IReadOnlySet<string> functions) => functions.Contains(name.ToString().ToLowerInvariant());

    private static string? Defect(SqlToken token) => token.Kind switch
    {
        SqlTokenKind.Unclosed => $"a {token.Text} is not closed",
        SqlTokenKind.Unclear => token.Text.ToString(),
        _ => null,
    };
}
