namespace Rekey.Mcp.Arguments;

/// <summary>Guesses which name was meant.</summary>
internal static class NearestName
{
    private const int Longest = 64;

    /// <summary>The name that differs least, when it differs little.</summary>
    public static string? Of(string given, IEnumerable<string> names)
    {
        if (given.Length > Longest)
            return null;
        var (name, distance) = names.Select(n => (n, Distance(given, n))).DefaultIfEmpty((string.Empty, int.MaxValue)).MinBy(static n => n.Item2);
        return distance <= Math.Max(2, given.Length / 3) ? name : null;
    }

    // Levenshtein with one row, letters compared without case.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(diagonal + (same ? 0 : 1), 1 + Math.Min(row[j], row[j - 1])));
            }
        }
        return row[b.Length];
    }
}
