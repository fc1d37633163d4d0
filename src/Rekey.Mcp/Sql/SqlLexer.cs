using System.Text.RegularExpressions;

namespace Rekey.Mcp.Sql;

/// <summary>
/// Cuts SQL into tokens, with the quotes and comments of every engine at once: single quotes with doubling, E'' with backslashes,
/// dollar quotes, double quotes, backticks, line comments and nested block comments. Brackets quote where the dialect says so.
/// Transact-SQL has no other quotes than these, single and double ones, and lets a word follow a number at once.
/// </summary>
internal ref partial struct SqlLexer(ReadOnlySpan<char> sql, SqlDialect dialect)
{
    private readonly bool _isTransact = dialect is SqlDialect.Transact;
    private ReadOnlySpan<char> _rest = sql;

    public SqlToken Next()
    {
        if (!SkipBlanks())
            return new SqlToken(SqlTokenKind.Unclosed, "comment");
        if (_rest.IsEmpty)
            return new SqlToken(SqlTokenKind.End, default);
        return _rest[0] switch
        {
            '\'' => Quoted(SqlTokenKind.Literal, '\''),
            '"' => Quoted(SqlTokenKind.QuotedName, '"'),
            '`' when !_isTransact => Quoted(SqlTokenKind.QuotedName, '`'),
            '[' when dialect is not SqlDialect.Standard => Quoted(SqlTokenKind.QuotedName, ']'),
            'e' or 'E' when !_isTransact && _rest.Length > 1 && _rest[1] == '\'' => Escaped(),
            '$' when !_isTransact && DollarTag() is { Length: > 0 } tag => DollarQuoted(tag),
            var c when IsWordStart(c) => Word(),
            var c when _isTransact && !char.IsAscii(c) => Unclear("letters beyond ASCII stand outside quotes and brackets"),
            var c when char.IsAsciiDigit(c) => _isTransact ? TransactNumber() : Number(),
            _ => Take(SqlTokenKind.Symbol, 1),
        };
    }

    /// <summary>The token after this one, without moving on.</summary>
    public readonly SqlToken Peek()
    {
        var ahead = this;
        return ahead.Next();
    }

    private bool SkipBlanks()
    {
        while (true)
        {
            _rest = _rest.TrimStart(" \t\r\n\f\v");
            if (_rest.StartsWith("--"))
            {
                var end = _rest.IndexOfAny('\n', '\r');
                _rest = end < 0 ? default : _rest[end..];
            }
            else if (_rest.StartsWith("/*"))
            {
                if (!SkipBlockComment())
                    return false;
            }
            else
            {
                return true;
            }
        }
    }

    private bool SkipBlockComment()
    {
        var depth = 0;
        do
        {
            var next = _rest.StartsWith("/*") ? 1 : _rest.StartsWith("*/") ? -1 : 0;
            depth += next;
            _rest = _rest[(next == 0 ? 1 : 2)..];
            if (depth == 0)
                return true;
            var mark = _rest.IndexOfAny('/', '*');
            _rest = mark < 0 ? default : _rest[mark..];
        }
        while (!_rest.IsEmpty);
        return false;
    }

    private SqlToken Quoted(SqlTokenKind kind, char close)
    {
        for (var i = 1; i < _rest.Length; i++)
        {
            if (_rest[i] != close)
                continue;
            if (i + 1 < _rest.Length && _rest[i + 1] == close)
                i++; // a doubled quote stands for itself
            else
                return Between(kind, 1, i, i + 1);
        }
        return Unclosed();
    }

    private SqlToken Escaped()
    {
        for (var i = 2; i < _rest.Length; i++)
        {
            if (_rest[i] == '\\' || (_rest[i] == '\'' && i + 1 < _rest.Length && _rest[i + 1] == '\''))
                i++;
            else if (_rest[i] == '\'')
                return Between(SqlTokenKind.Literal, 2, i, i + 1);
        }
        return Unclosed();
    }

    // $$ or $tag$; a tag begins as a name does, so that $1 stays a parameter.
    private readonly ReadOnlySpan<char> DollarTag()
    {
        var end = _rest[1..].IndexOf('$') + 1;
        if (end == 0 || (end > 1 && !IsWordStart(_rest[1])))
            return default;
        foreach (var c in _rest[1..end])
        {
            if (!IsWordStart(c) && !char.IsAsciiDigit(c))
                return default;
        }
        return _rest[..(end + 1)];
    }

    private SqlToken DollarQuoted(ReadOnlySpan<char> tag)
    {
        var end = _rest[tag.Length..].IndexOf(tag);
        return end < 0 ? Unclosed() : Between(SqlTokenKind.Literal, tag.Length, tag.Length + end, (2 * tag.Length) + end);
    }

    private SqlToken Word()
    {
        var end = 1;
        while (end < _rest.Length && (IsWordStart(_rest[end]) || char.IsAsciiDigit(_rest[end]) || _rest[end] == '$'))
            end++;
        return Take(SqlTokenKind.Word, end);
    }

    private SqlToken Number()
    {
        var end = 1;
        while (end < _rest.Length && (char.IsAsciiLetterOrDigit(_rest[end]) || _rest[end] is '.' or '_'))
            end++;
        return Take(SqlTokenKind.Literal, end);
    }

    // 1DELETE is a number and a statement to the server, and so may be 0xUPDATE and 1eDELETE: only what is a number alone is one.
    private SqlToken TransactNumber()
    {
        foreach (var number in NumberAlone().EnumerateMatches(_rest))
            return Take(SqlTokenKind.Literal, number.Length);
        return Unclear("a word follows a number without a blank");
    }

    private SqlToken Take(SqlTokenKind kind, int length) => Between(kind, 0, length, length);

    private SqlToken Between(SqlTokenKind kind, int from, int to, int length)
    {
        var token = new SqlToken(kind, _rest[from..to]);
        _rest = _rest[length..];
        return token;
    }

    private SqlToken Unclosed()
    {
        _rest = default;
        return new SqlToken(SqlTokenKind.Unclosed, "quote");
    }

    private SqlToken Unclear(string why)
    {
        _rest = default;
        return new SqlToken(SqlTokenKind.Unclear, why);
    }

    [GeneratedRegex(@"^(?>0x[0-9a-f]*|[0-9]+(?:\.[0-9]*)?(?:e[+-]?[0-9]+)?)(?![A-Za-z0-9_.$#@])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberAlone();

    // To most engines everything beyond ASCII belongs to a name, even a blank: a $$ after it opens no quote. SQL Server has blanks there.
    private readonly bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_' || (!_isTransact && !char.IsAscii(c));
}
