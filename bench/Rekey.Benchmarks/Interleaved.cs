namespace Rekey.Benchmarks;

/// <summary>Measures variants in turn, A B C A B C…, so that a machine whose speed drifts slows all of them alike.</summary>
internal sealed class Interleaved(IReadOnlyList<string> names)
{
    private readonly List<double>[] _samples = [.. names.Select(static _ => new List<double>())];

    public void Add(int variant, double value) => _samples[variant].Add(value);

    public double Min(int variant) => _samples[variant].Min();

    public double Median(int variant) => _samples[variant].Order().ElementAt(_samples[variant].Count / 2);

    /// <summary>One row a variant, with the ratio of its minimum to that of the first.</summary>
    public void Print(string unit, string what)
    {
        Report.Header(what, $"min {unit}", $"median {unit}", "ratio of minima", "ratio of medians");
        for (var i = 0; i < names.Count; i++)
            Report.Row(names[i], $"{Min(i):F1}", $"{Median(i):F1}", $"{Min(i) / Min(0):F2}", $"{Median(i) / Median(0):F2}");
    }
}
