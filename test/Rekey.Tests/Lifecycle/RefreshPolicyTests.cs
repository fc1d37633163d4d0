namespace Rekey.Tests.Lifecycle;

public sealed class RefreshPolicyTests
{
    private readonly RefreshPolicy _policy = new();

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(120)]
    [InlineData(300)]
    [InlineData(3600)]
    [InlineData(86400)]
    public void A_lease_is_due_well_before_its_end_and_not_at_once(int seconds)
    {
        var life = TimeSpan.FromSeconds(seconds);
        foreach (var renewable in new[] { true, false })
        {
            foreach (var spread in new[] { 0, 0.5, 0.999 })
            {
                var due = _policy.DueAfter(life, renewable, spread);
                Assert.InRange(due, life * 0.39, life * 0.8);
            }
        }
    }

    [Fact]
    public void Two_drains_fit_between_due_and_end()
    {
        foreach (var minutes in new[] { 5, 10, 60, 600 })
        {
            var life = TimeSpan.FromMinutes(minutes);
            var left = life - _policy.DueAfter(life, renewable: false, 0.999);
            Assert.True(left >= TimeSpan.FromSeconds(30), $"{minutes} min: {left}");
        }
    }

    [Theory]
    [InlineData(60, 8, 60)]
    [InlineData(300, 20, 60)]
    [InlineData(3600, 40, 120)]
    public void Failures_until_the_end_of_a_lease_are_many_enough_and_never_a_storm(int seconds, int fewest, int most)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var life = TimeSpan.FromSeconds(seconds);
            var remaining = life * 0.3;
            var (attempts, last) = (0, remaining);
            while (remaining > TimeSpan.FromSeconds(1))
            {
                attempts++;
                last = remaining;
                var pause = RefreshPolicy.RetryAfter(attempts, life, remaining, asked: null, random.NextDouble());
                Assert.True(pause >= RefreshPolicy.ShortestPause);
                remaining -= pause;
            }
            Assert.InRange(attempts, fewest, most);
            Assert.True(last < TimeSpan.FromSeconds(10), $"seed {seed}: the last attempt came {last} before the end");
        }
    }

    [Fact]
    public void Pauses_grow_and_stay_within_their_caps()
    {
        Assert.True(RefreshPolicy.RetryAfter(100, null, null, null, 0.999) <= TimeSpan.FromSeconds(60));
        Assert.True(RefreshPolicy.RetryAfter(100, TimeSpan.FromHours(1), TimeSpan.FromSeconds(-5), null, 0.999) <= TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromMinutes(7), RefreshPolicy.RetryAfter(1, null, null, TimeSpan.FromMinutes(7), 0));
        Assert.InRange(RefreshPolicy.RetryAfter(100, null, null, null, 0.999, TimeSpan.FromSeconds(5)).TotalSeconds, 4, 5);
        Assert.Equal(TimeSpan.FromMinutes(7), RefreshPolicy.RetryAfter(1, null, null, TimeSpan.FromMinutes(7), 0, TimeSpan.FromSeconds(5)));
        Assert.Equal([0.5, 1, 2, 4, 5, 5], Enumerable.Range(1, 6).Select(n => RefreshPolicy.QuickRetryAfter(n).TotalSeconds));
        Assert.Equal(TimeSpan.FromMinutes(5), RefreshPolicy.ReverifyAfter(50));
    }
}
