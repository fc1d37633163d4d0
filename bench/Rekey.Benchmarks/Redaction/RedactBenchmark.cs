using Rekey.Testing.Redaction;

namespace Rekey.Benchmarks.Redaction;

/// <summary>How fast a message is looked through, against what memory allows and against what others do.</summary>
internal static class RedactBenchmark
{
    private static readonly (string Name, IReadOnlyList<string> Secrets)[] Sets =
    [
        ("1 secret", SampleSecrets.Mixed(1, seed: 42)), ("10 secrets", SampleSecrets.Mixed(10, seed: 42)), ("100 secrets", SampleSecrets.Mixed(100, seed: 42)),
        ("1000 secrets", SampleSecrets.Mixed(1000, seed: 42)),
    ];

    private static readonly (string Name, int Size)[] Sizes = [("1 KB", 1 << 10), ("64 KB", 1 << 16), ("4 MB", 4 << 20)];

    public static int Run(bool isQuick)
    {
        var (rounds, mostOfOne) = isQuick ? (15, 200.0) : (200, 2000.0);
        var figures = new Dictionary<(string Size, bool HasSecret, string Set), IReadOnlyList<Measured>>();
        Warm();
        foreach (var (set, secrets) in Sets)
        {
            var stage = new Stage(secrets);
            foreach (var (name, size) in Sizes)
            {
                foreach (var hasSecret in (bool[])[false, true])
                    figures[(name, hasSecret, set)] = stage.Measure(size, hasSecret, rounds, mostOfOne);
            }
        }
        Report.Line($"{Machine.Description}\n\nGB/s, best (median), and in what multiple of the time of memcpy; ~ on the beginning of the message alone.\n");
        foreach (var hasSecret in (bool[])[false, true])
        {
            foreach (var (size, _) in Sizes)
                Print($"{size}, {(hasSecret ? "one secret" : "clean")}", [.. Sets.Select(set => figures[(size, hasSecret, set.Name)])], showsAllocated: !hasSecret);
        }
        return new RedactTargets((size, set, way) => figures[(size, false, set)][way]).Print() ? 0 : 1;
    }

    // Until the compiler has seen enough of every way.
    private static void Warm()
    {
        var stage = new Stage(Sets[1].Secrets);
        foreach (var hasSecret in (bool[])[false, true, false, true])
            stage.Measure(Sizes[0].Size, hasSecret, rounds: 150, mostOfOne: 150);
    }

    private static void Print(string what, IReadOnlyList<Measured>[] bySet, bool showsAllocated)
    {
        Report.Header([what, .. Sets.Select(static set => set.Name), .. showsAllocated ? (string[])["B a message"] : []]);
        for (var way = 0; way < bySet[0].Count; way++)
        {
            var cells = bySet.Select(all => Cell(all[way], all[0]));
            Report.Row([bySet[0][way].Name, .. cells, .. showsAllocated ? (object[])[bySet.Max(all => all[way].Allocated)] : []]);
        }
        Report.Line(string.Empty);
    }

    private static string Cell(Measured one, Measured memcpy) =>
        $"{(one.IsCut ? "~" : "")}{Short(one.Best)} ({Short(one.Median)}) {(one == memcpy ? "" : $"{Short(memcpy.Best / one.Best)}×")}".TrimEnd();

    private static string Short(double figure) => figure switch
    {
        >= 100 => $"{figure:N0}",
        >= 10 => $"{figure:F1}",
        >= 0.1 => $"{figure:F2}",
        _ => $"{figure:G2}",
    };
}
