using System.Text;

namespace Rekey.Files;

/// <summary>
/// Reads the lines of an <c>.env</c> file: <c>NAME=value</c>, <c>export NAME=value</c>, comments after <c>#</c>, <c>'as it stands'</c>, and
/// <c>"with \n and other escapes, over several lines"</c>. Nothing is expanded: a <c>$</c> is a <c>$</c>. Of a name that is given twice the last counts.
/// </summary>
internal static class DotEnv
{
    public static bool TryRead(string text, out IReadOnlyDictionary<string, Secret> fields, out IReadOnlyList<string> problems)
    {
        var reader = new Reader(text);
        reader.ReadAll();
        (fields, problems) = (reader.Fields, reader.Problems);
        return problems.Count == 0;
    }

    private sealed class Reader(string text)
    {
        private const string Export = "export ";
        private int _at;
        private int _line = 1;

        public Dictionary<string, Secret> Fields { get; } = new(StringComparer.Ordinal);

        public List<string> Problems { get; } = [];

        public void ReadAll()
        {
            while (_at < text.Length)
            {
                SkipBlanks();
                if (_at < text.Length && text[_at] is not ('#' or '\r' or '\n'))
                    ReadVariable();
                SkipLine();
            }
            if (Fields.Count == 0 && Problems.Count == 0)
                Problems.Add("content: no line NAME=value");
        }

        private void ReadVariable()
        {
            var line = _line;
            if (text.AsSpan(_at).StartsWith(Export))
            {
                _at += Export.Length;
                SkipBlanks();
            }
            var name = Taken(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
            SkipBlanks();
            if (name.Length == 0 || _at == text.Length || text[_at] != '=')
            {
                Problems.Add($"line {line}: not NAME=value"); // what stands there may be a value: it is not repeated
                return;
            }
            _at++;
            SkipBlanks();
            if (_at == text.Length || text[_at] is not ('"' or '\''))
                Fields[name] = new Secret(Plain());
            else if (Quoted(text[_at++]) is not { } value)
                Problems.Add($"line {line}: a quote that is never closed");
            else if (!IsAtEndOfValue())
                Problems.Add($"line {line}: {name}: something stands behind the closing quote");
            else
                Fields[name] = new Secret(value);
        }

        // A comment needs a blank before it: a '#' inside a value is part of it.
        private string Plain()
        {
            var start = _at;
            while (_at < text.Length && text[_at] is not ('\r' or '\n') && !(text[_at] == '#' && text[_at - 1] is ' ' or '\t'))
                _at++;
            return text[start.._at].Trim();
        }

        private bool IsAtEndOfValue()
        {
            SkipBlanks();
            return _at == text.Length || text[_at] is '#' or '\r' or '\n';
        }

        private string? Quoted(char quote)
        {
            var value = new StringBuilder();
            for (; _at < text.Length; _at++)
            {
                var c = text[_at];
                if (c == quote)
                {
                    _at++;
                    return value.ToString();
                }
                if (c == '\n' || (c == '\r' && !IsLineFeedAt(_at + 1)))
                    _line++;
                if (quote == '"' && c == '\\' && _at + 1 < text.Length)
                    value.Append(Escaped(text[++_at]));
                else
                    value.Append(c);
            }
            return null;
        }

        private static string Escaped(char c) => c switch
        {
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            '"' or '\\' or '$' or '\'' => c.ToString(),
            _ => $"\\{c}",
        };

        private string Taken(Func<char, bool> belongs)
        {
            var start = _at;
            while (_at < text.Length && belongs(text[_at]))
                _at++;
            return text[start.._at];
        }

        private void SkipBlanks() => Taken(static c => c is ' ' or '\t');

        private void SkipLine()
        {
            Taken(static c => c is not ('\r' or '\n'));
            _at += _at < text.Length && text[_at] == '\r' && IsLineFeedAt(_at + 1) ? 2 : 1;
            _line++;
        }

        private bool IsLineFeedAt(int place) => place < text.Length && text[place] == '\n';
    }
}
