namespace Rekey.Testing.Redaction;

/// <summary>How often a value was gone, by what was done to it.</summary>
public sealed class Coverage(CoverageFamily family)
{
    /// <summary>An edge of so many characters may stay: half an escape, or a quote.</summary>
    public const int Edge = 6;

    private readonly Dictionary<string, (int Count, string Example)> _misses = [];

    public CoverageFamily Family => family;

    public int Cases { get; private set; }

    /// <summary>In how many of them all but an edge was gone.</summary>
    public int Gone { get; private set; }

    /// <summary>In how many of them nothing was left.</summary>
    public int GoneWhole { get; private set; }

    public double Share => (double)Gone / Cases;

    /// <summary>The writings in which something was left, those with most first, each with one of the values.</summary>
    public IEnumerable<(string Writing, int Count, string Example)> Misses =>
        _misses.Select(static miss => (miss.Key, miss.Value.Count, miss.Value.Example)).OrderByDescending(static miss => miss.Count);

    /// <summary>Shows each secret in each writing to a redaction; it is told which of the secrets it is.</summary>
    public static Coverage Of(CoverageFamily family, IReadOnlyList<string> secrets, Func<string, int, string> redact)
    {
        var coverage = new Coverage(family);
        for (var i = 0; i < secrets.Count; i++)
        {
            if (family.IsForLinesOnly && !secrets[i].Contains('\n'))
                continue;
            foreach (var writing in family.Writings)
            {
                var shown = writing.Show(secrets[i]);
                coverage.Add(writing, secrets[i], Frame.Json.Left(shown, redact(Frame.Json.Around(shown), i)));
            }
        }
        return coverage;
    }

    private void Add(Writing writing, string secret, int left)
    {
        Cases++;
        GoneWhole += left == 0 ? 1 : 0;
        if (left <= Edge)
            Gone++;
        else
            _misses[writing.Name] = (_misses.GetValueOrDefault(writing.Name).Count + 1, secret);
    }
}
