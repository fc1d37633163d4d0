namespace Rekey.Benchmarks.Redaction;

/// <summary>What is asked of a clean message, as ratios of one run.</summary>
internal sealed class RedactTargets(Func<string, int, int, Measured> figure)
{
    private const int Memcpy = 0;
    private const int Values = 1;
    private const int WithPatterns = 2;
    private const int EachByItself = 3;

    private static readonly int[] Counts = [1, 10, 100, 1000];

    private bool _areMet = true;

    public bool Print()
    {
        Report.Header("clean message", "is", "target");
        foreach (var count in Counts)
            Add($"values, 4 MB, {count} secrets, of the speed of memcpy", Ratio("4 MB", count, Values, Memcpy), count <= 10 ? 1 / 3.0 : 1 / 8.0);
        foreach (var count in Counts)
            Add($"values and patterns, 4 MB, {count} secrets, of the speed of memcpy", Ratio("4 MB", count, WithPatterns, Memcpy), 1 / 16.0);
        foreach (var size in (string[])["1 KB", "64 KB", "4 MB"])
            Add($"values and patterns, {size}, 100 secrets, times the speed of IndexOf of each variant", Ratio(size, 100, WithPatterns, EachByItself), 100);
        AddMost("1 KB, values, 1000 secrets, ns", 1024 / figure("1 KB", 1000, Values).Best, 300);
        AddMost("1 KB, values and patterns, 1000 secrets, ns", 1024 / figure("1 KB", 1000, WithPatterns).Best, 300);
        var allocated = from size in (string[])["1 KB", "64 KB", "4 MB"] from count in Counts select figure(size, count, WithPatterns).Allocated;
        AddMost("bytes allocated for a message", allocated.Max(), 0);
        return _areMet;
    }

    private double Ratio(string size, int count, int way, int other) => figure(size, count, way).Best / figure(size, count, other).Best;

    private void Add(string what, double value, double least) => Row(what, $"{value:G3}", $"at least {least:G3}", value >= least);

    private void AddMost(string what, double value, double most) => Row(what, $"{value:G4}", $"at most {most:G3}", value <= most);

    private void Row(string what, string value, string target, bool isMet)
    {
        Report.Row(what, value, isMet ? target : $"**{target}**");
        _areMet &= isMet;
    }
}
