namespace Rekey.Mcp.Sql;

internal enum SqlTokenKind
{
    End,

    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary>A name in double quotes, brackets or backticks.</summary>
    QuotedName,

    /// <summary>A string or a number.</summary>
    Literal,

    /// <summary>One character of anything else.</summary>
    Symbol,

    /// <summary>A quote or a comment that is never closed.</summary>
    Unclosed,

    /// <summary>What different readers could cut differently; the text says why.</summary>
    Unclear,
}

/// <summary>A piece of SQL outside comments. The text of a quoted name is without its quotes.</summary>
internal readonly ref struct SqlToken(SqlTokenKind kind, ReadOnlySpan<char> text)
{
    public SqlTokenKind Kind => kind;

    public ReadOnlySpan<char> Text { get; } = text;

    public bool IsName => kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    public bool IsWord(string word) => kind is SqlTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsAnyWord(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (IsWord(word))
                return true;
        }
        return false;
    }

    public bool IsSymbol(char symbol) => kind is SqlTokenKind.Symbol && Text[0] == symbol;
}
