namespace Rekey.Redaction.Patterns;

/// <summary>Hides what looks like a secret although nobody registered it. One pass over the text; only around a sign is it read again.</summary>
internal static class PatternScan
{
    public static void Find(ref Findings findings)
    {
        var signs = new Signs(findings.Text);
        var urls = new UrlPasswords();
        var read = 0;
        Span<int> places = stackalloc int[Signs.Room];
        while (signs.TryRead(places, out var count))
        {
            foreach (var place in places[..count])
            {
                if (place >= read)
                    read = Read(ref findings, ref urls, place, read);
            }
        }
    }

    private static int Read(ref Findings findings, ref UrlPasswords urls, int sign, int read)
    {
        var text = findings.Text;
        if (text[sign + 2] == '=')
            return ConnectionStrings.Read(ref findings, sign + 2, read);
        return text[sign + 1] == '/' || text[sign] == '2' ? urls.Read(ref findings, sign, read) : TokenPrefixes.Read(ref findings, sign, read);
    }
}
