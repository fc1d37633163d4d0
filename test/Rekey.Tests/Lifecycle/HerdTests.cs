namespace Rekey.Tests.Lifecycle;

/// <summary>A thousand replicas that start together: when they come back, and how long their authority may be away. Nothing but arithmetic.</summary>
public sealed class HerdTests
{
    private const int Replicas = 1000;

    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private static readonly TimeSpan Deployment = TimeSpan.FromSeconds(10);
    private static readonly RefreshPolicy Policy = new();

    [Fact]
    public void A_thousand_replicas_that_start_together_come_back_one_by_one()
    {
        var ours = PeakOf(static spread => Policy.DueAfter(Life, renewable: true, spread));
        var replacing = PeakOf(static spread => Policy.DueAfter(Life, renewable: false, spread));

        Assert.InRange(ours, 2.5, 4);
        Assert.InRange(replacing, 2.5, 4);
        Assert.InRange(PeakOf(static spread => Life * (0.70 + (0.033 * spread))), 7, 10); // seven tenths and a thirtieth
        Assert.InRange(PeakOf(static _ => Life * 0.5), 95, 105); // half of the life, all alike
    }

    [Fact]
    public void Spreads_that_chance_has_drawn_clump_a_little_and_make_no_herd()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            Assert.InRange(PeakOf(_ => Policy.DueAfter(Life, renewable: true, random.NextDouble())), 2.8, 6);
        }
    }

    [Fact]
    public void The_first_renewals_of_a_thousand_replicas_are_spread_over_a_tenth_of_the_life()
    {
        var starts = Starts().ToList();
        var dues = starts.Select(static (start, i) => start + Policy.DueAfter(Life, renewable: true, Spread(i))).ToList();

        Assert.True(dues.Max() - dues.Min() >= Life * 0.10, "a tenth of the life");
    }

    [Fact]
    public void The_authority_may_be_away_for_a_third_of_the_life_and_is_asked_until_the_end()
    {
        var tolerated = Enumerable.Range(0, Replicas).Select(static i => Life - Policy.DueAfter(Life, renewable: true, Spread(i))).ToList();
        Assert.InRange(tolerated.Min().TotalMinutes, 18, 19);
        Assert.InRange(tolerated.Max().TotalMinutes, 23, 24);

        for (var i = 0; i < Replicas; i++)
            Assert.True(LastAttemptBeforeTheEnd(i) < TimeSpan.FromSeconds(10), $"replica {i}");
    }

    [Fact]
    public void While_the_authority_is_away_a_thousand_replicas_ask_little_until_their_end_is_near()
    {
        var attempts = Enumerable.Range(0, Replicas).SelectMany(Attempts).ToList();
        var early = attempts.Where(static at => at < Life - TimeSpan.FromMinutes(5)).ToList();

        Assert.InRange(attempts.Count / (double)Replicas, 70, 100);
        Assert.InRange(PeakOf(early), 20, 60);
        // The leases of the first round end together, and whoever is about to lose one asks twice a second.
        Assert.InRange(PeakOf(attempts) / Replicas, 1, 3);
    }

    private static TimeSpan LastAttemptBeforeTheEnd(int replica) => Starts().ElementAt(replica) + Life - Attempts(replica).Max();

    // The renewal that fails and everything that follows it until the lease has ended.
    private static IEnumerable<TimeSpan> Attempts(int replica)
    {
        var random = new Random(replica);
        var start = Starts().ElementAt(replica);
        var at = Policy.DueAfter(Life, renewable: true, Spread(replica));
        for (var failures = 1; at < Life; failures++)
        {
            yield return start + at;
            at += RefreshPolicy.RetryAfter(failures, Life, Life - at, asked: null, random.NextDouble());
        }
    }

    private static double PeakOf(Func<double, TimeSpan> due) => PeakOf([.. Starts().Select((start, i) => start + due(Spread(i)))]);

    // The fullest ten seconds: what a deployment of that length brings at its own pace.
    private static double PeakOf(List<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        var (peak, first) = (0, 0);
        for (var last = 0; last < sorted.Count; last++)
        {
            while (sorted[last] - sorted[first] >= Deployment)
                first++;
            peak = Math.Max(peak, last - first + 1);
        }
        return peak / Deployment.TotalSeconds;
    }

    private static IEnumerable<TimeSpan> Starts() => Enumerable.Range(0, Replicas).Select(static i => Deployment * (i / (double)Replicas));

    // Evenly spread and in no order: what chance would draw, without its clumps.
    private static double Spread(int replica) => replica * 0.6180339887498949 % 1;
}
