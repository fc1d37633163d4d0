using System.Collections.Frozen;

namespace Rekey.Mcp.Sql;

/// <summary>
/// What Transact-SQL asks of a reader besides: a statement may follow another with nothing between them, and the engine has no
/// transaction that refuses to write. So no word that begins a statement may stand anywhere. Nearly all of them are reserved, and
/// none is lost: a name so called stands in brackets.
/// </summary>
internal static class TransactStatement
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Beginnings = new[]
    {
        "add", "alter", "backup", "begin", "break", "bulk", "checkpoint", "close", "commit", "continue", "conversation", "create", "dbcc",
        "deallocate", "declare", "delete", "deny", "disk", "drop", "dump", "exec", "execute", "goto", "grant", "if", "insert", "kill", "lineno",
        "load", "merge", "open", "print", "raiserror", "readtext", "receive", "reconfigure", "rename", "restore", "return", "revert", "revoke",
        "rollback", "save", "send", "set", "setuser", "shutdown", "throw", "trigger", "truncate", "update", "updatetext", "use", "waitfor",
        "while", "writetext",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Why a token is not let through; null when it may be.</summary>
    public static string? Refusal(SqlToken previous, SqlToken token, SqlToken next)
    {
        if (token.IsSymbol('{'))
            return "an ODBC escape is not run";
        if (token.Kind is not SqlTokenKind.Word)
            return null;
        if (token.IsWord("into"))
            return "SELECT INTO writes a table";
        if (token.IsWord("value") && previous.IsWord("next") && next.IsWord("for"))
            return "NEXT VALUE FOR moves a sequence on";
        if (token.IsAnyWord("updlock", "xlock", "tablockx"))
            return $"{Shown(token)} locks rows";
        if (token.IsWord("merge") && next.IsAnyWord("join", "union"))
            return null; // how to join, and no statement
        return Beginnings.Contains(token.Text) ? $"{Shown(token)} begins a statement of its own; as a name it stands in brackets" : null;
    }

    /// <summary>
    /// Whether a line ends in a way that this reader and the server could take differently: what is a comment to one may be a statement
    /// to the other. Other control characters are blanks to the server.
    /// </summary>
    public static bool HasUnclearLines(ReadOnlySpan<char> sql)
    {
        for (var i = 0; i < sql.Length; i++)
        {
            var isPlain = sql[i] switch
            {
                '\t' or '\n' => true,
                '\r' => i + 1 < sql.Length && sql[i + 1] == '\n',
                '\u2028' or '\u2029' => false,
                var c => !char.IsControl(c),
            };
            if (!isPlain)
                return true;
        }
        return false;
    }

    private static string Shown(SqlToken token) => token.Text.ToString().ToUpperInvariant();
}
