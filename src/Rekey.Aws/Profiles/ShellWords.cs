using System.Text;

namespace Rekey.Aws.Profiles;

/// <summary>Takes a text apart as a POSIX shell would: blanks separate, quotes and backslashes hold together.</summary>
internal static class ShellWords
{
    private const string Blanks = " \t\r\n";

    /// <summary>The words; null when a quote or an escape is never ended.</summary>
    public static IReadOnlyList<string>? Of(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
                word ??= new();
            }
            else if (c == '\\' && quote != '\'')
            {
                if (++i == text.Length)
                    return null;
                word ??= new();
                // Within double quotes a backslash escapes only what would end or begin an escape there.
                if (quote == '"' && text[i] is not ('"' or '\\'))
                    word.Append(c);
                word.Append(text[i]);
            }
            else if (quote == '\0' && Blanks.Contains(c, StringComparison.Ordinal))
            {
                End();
            }
            else
            {
                (word ??= new()).Append(c);
            }
        }
        End();
        return quote == '\0' ? words : null;

        void End()
        {
            if (word is not null)
                words.Add(word.ToString());
            word = null;
        }
    }
}
