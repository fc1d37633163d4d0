namespace Rekey.Redaction.Patterns;

/// <summary>Hides what looks like a secret although nobody registered it. One pass over the text; only around a sign is it read again.</summary>
internal static class PatternScan
{
    public static void Find(ref Findings findings)
    {
        var text = findings.Text;
        var urls = new UrlPasswords();
        var signs = new Signs(text);
        var read = 0;
        while (signs.MoveNext())
        {
            var at = signs.At;
            if (at < read)
                continue;
            if (text[at + 2] == '=')
                read = ConnectionStrings.Read(ref findings, at + 2, read);
            else if (text[at + 1] == '/' || text[at] == '2')
                read = urls.Read(ref findings, at, read);
            else
                read = TokenPrefixes.Read(ref findings, at, read);
        }
    }
}
