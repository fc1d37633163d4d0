namespace Rekey.Benchmarks.Redaction;

/// <summary>How fast a message is looked through, against what memory allows and against what others do.</summary>
internal static class RedactBenchmark
{
    private static readonly int[] Counts = [1, 10, 100, 1000];
    private static readonly (string Name, int Size)[] Sizes = [("1 KB", 1 << 10), ("64 KB", 1 << 16), ("4 MB", 4 << 20)];

    public static int Run(bool isQuick)
    {
        var (rounds, mostOfOne) = isQuick ? (15, 200.0) : (200, 2000.0);
        var figures = new Dictionary<(string Size, bool HasSecret, int Secrets), IReadOnlyList<Measured>>();
        foreach (var count in Counts)
        {
            var stage = new Stage(count);
            foreach (var (name, size) in Sizes)
            {
                foreach (var hasSecret in (bool[])[false, true])
                    figures[(name, hasSecret, count)] = stage.Measure(size, hasSecret, rounds, mostOfOne);
            }
        }
        Report.Line($"{Machine.Description}\n\nGB/s, best (median), and in what multiple of the time of memcpy; ~ on the beginning of the message alone.\n");
        foreach (var hasSecret in (bool[])[false, true])
        {
            foreach (var (size, _) in Sizes)
                Print($"{size}, {(hasSecret ? "one secret" : "clean")}", [.. Counts.Select(count => figures[(size, hasSecret, count)])], showsAllocated: !hasSecret);
        }
        return new RedactTargets((size, count, way) => figures[(size, false, count)][way]).Print() ? 0 : 1;
    }

    private static void Print(string what, IReadOnlyList<Measured>[] byCount, bool showsAllocated)
    {
        Report.Header([what, .. Counts.Select(static count => count == 1 ? "1 secret" : $"{count:N0} secrets"), .. showsAllocated ? (string[])["B a message"] : []]);
        for (var way = 0; way < byCount[0].Count; way++)
        {
            var cells = byCount.Select(all => Cell(all[way], all[0]));
            Report.Row([byCount[0][way].Name, .. cells, .. showsAllocated ? (object[])[byCount.Max(all => all[way].Allocated)] : []]);
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
