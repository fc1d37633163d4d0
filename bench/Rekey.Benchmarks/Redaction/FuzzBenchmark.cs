using System.Globalization;

namespace Rekey.Benchmarks.Redaction;

/// <summary>Random secrets in random writings through a stream in random pieces, for so many seconds: nothing readable may be left.</summary>
internal static class FuzzBenchmark
{
    private const int MostPrinted = 20;

    public static int Run(int seconds, int seed)
    {
        Report.Line($"seed {seed}");
        var began = TimeProvider.System.GetTimestamp();
        var (rounds, shown, left, failures) = (0, 0L, 0L, 0);
        for (; TimeProvider.System.GetElapsedTime(began).TotalSeconds < seconds; rounds++)
        {
            var round = new FuzzRound(seed + rounds);
            round.Run();
            (shown, left) = (shown + round.Shown, left + round.LeftDeep);
            foreach (var failure in round.Failures.Take(Math.Max(0, MostPrinted - failures)))
                Report.Line($"seed {seed + rounds}: {failure}");
            failures += round.Failures.Count;
        }
        Report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{rounds:N0} rounds, {shown:N0} secrets shown, {left:N0} left of those behind more than one encoder ({(double)left / Math.Max(1, shown):P2}), {failures:N0} failures"));
        return failures == 0 ? 0 : 1;
    }
}
