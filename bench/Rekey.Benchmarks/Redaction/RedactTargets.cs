namespace Rekey.Benchmarks.Redaction;

/// <summary>What is asked of a clean message, as ratios of one run.</summary>
internal sealed class RedactTargets(Func<string, string, int, Measured> figure)
{
    private const int Memcpy = 0;
    private const int Values = 1;
    private const int WithPatterns = 2;
    private const int EachByItself = 3;

    private static readonly string[] Sets = ["1 secret", "10 secrets", "100 secrets", "1000 secrets"];

    private bool _areMet = true;

    public bool Print()
    {
        Report.Header("clean message", "is", "target");
        foreach (var set in Sets)
            Add($"values, 4 MB, {set}, of the speed of memcpy", Ratio("4 MB", set, Values, Memcpy), set is "1 secret" or "10 secrets" ? 1 / 3.0 : 1 / 8.0);
        foreach (var set in Sets)
            Add($"values and patterns, 4 MB, {set}, of the speed of memcpy", Ratio("4 MB", set, WithPatterns, Memcpy), 1 / 16.0);
        foreach (var size in (string[])["1 KB", "64 KB", "4 MB"])
            Add($"values and patterns, {size}, 100 secrets, times the speed of IndexOf of each variant", Ratio(size, "100 secrets", WithPatterns, EachByItself), 100);
        AddMost("1 KB, values, 1000 secrets, ns", 1024 / figure("1 KB", "1000 secrets", Values).Best, 300);
        AddMost("1 KB, values and patterns, 1000 secrets, ns", 1024 / figure("1 KB", "1000 secrets", WithPatterns).Best, 300);
        var allocated = from size in (string[])["1 KB", "64 KB", "4 MB"] from set in Sets select figure(size, set, WithPatterns).Allocated;
        AddMost("bytes allocated for a message", allocated.Max(), 0);
        return _areMet;
    }

    private double Ratio(string size, string set, int way, int other) => figure(size, set, way).Best / figure(size, set, other).Best;

    private void Add(string what, double value, double least) => Row(what, $"{value:G3}", $"at least {least:G3}", value >= least);

    private void AddMost(string what, double value, double most) => Row(what, $"{value:G4}", $"at most {most:G3}", value <= most);

    private void Row(string what, string value, string target, bool isMet)
    {
        Report.Row(what, value, isMet ? target : $"**{target}**");
        _areMet &= isMet;
    }
}
