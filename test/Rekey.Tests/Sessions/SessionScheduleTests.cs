using Rekey.Testing;
using Rekey.Testing.Sessions;

namespace Rekey.Tests.Sessions;

/// <summary>When a session is refreshed by itself: when it is due, after sleep, when it is refused; under clocks that are wrong.</summary>
public sealed class SessionScheduleTests : SessionTest
{
    [Fact]
    public async Task A_pair_of_unknown_age_is_used_at_once_and_refreshed_right_after()
    {
        Configured = NewSession();
        var slack = Make();
        Assert.Equal(Token(Configured), Token(await Get(slack)));

        await Driven(slack, () => slack.Session!.Refreshes == 1, TimeSpan.FromMilliseconds(200));

        Assert.NotEqual(Token(Configured), Token(await Get(slack)));
    }

    [Fact]
    public async Task It_is_refreshed_every_seven_days()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        await Refresh(slack);
        var began = Time.GetUtcNow();

        await Driven(slack, () => slack.Session!.Refreshes == 2, TimeSpan.FromMinutes(30));

        Assert.InRange((Time.GetUtcNow() - began).TotalDays, 6.9, 7.2);
    }

    [Fact]
    public async Task It_is_looked_at_hourly_at_least()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        await Refresh(slack);

        Assert.InRange((slack.Status.NextAttemptAt!.Value - Time.GetUtcNow()).TotalMinutes, 50, 70);
    }

    [Fact]
    public async Task A_start_after_the_interval_refreshes()
    {
        Configured = NewSession();
        var first = Make();
        await Get(first);
        await Refresh(first);
        Time.Advance(TimeSpan.FromDays(8));

        var second = Make();
        await Get(second);
        await Driven(second, () => second.Session!.Refreshes == 2, TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task A_laptop_that_slept_over_the_time_refreshes_right_after()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        await Refresh(slack);
        var registry = new CredentialRegistry();
        registry.Add(slack);
        using var stop = new CancellationTokenSource();
        var loop = new CredentialRefresher(registry, Time, Logger).RunAsync(stop.Token);

        Time.Sleep(TimeSpan.FromDays(9)); // the wall clock goes on; no timer does
        var woke = Time.GetTimestamp();
        await Until.True(() => slack.Session!.Refreshes == 2, Time, TimeSpan.FromSeconds(1));

        Assert.True(Time.GetElapsedTime(woke) < TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        await Until.Done(loop, Time, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_time_of_refresh_in_the_future_says_that_a_clock_was_wrong_and_the_session_is_due()
    {
        Configured = NewSession();
        var first = Make();
        Time.JumpWall(TimeSpan.FromDays(400)); // a clock that is wrong when it is written…
        await Get(first);
        await Refresh(first);
        Time.JumpWall(TimeSpan.FromDays(-400)); // …and right later

        var second = Make();
        await Get(second);
        await Driven(second, () => second.Session!.Refreshes == 2, TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task A_refusal_by_the_service_refreshes_at_once()
    {
        Configured = NewSession();
        var slack = Make();
        var lease = await Get(slack);
        await Refresh(slack);
        lease = await Get(slack);
        The.End(lease.Credential);

        var probe = await Until.Done(slack.ProbeAsync(), Time, TimeSpan.FromMilliseconds(250));
        Assert.Equal(VerificationOutcome.Refused, probe!.Outcome);

        Assert.NotEqual(Token(lease), Token(await Get(slack)));
        Assert.Equal(CredentialPhase.Ready, slack.Status.Phase);
    }

    [Fact]
    public async Task What_works_is_not_refreshed_every_minute_because_its_refresh_fails()
    {
        Configured = NewSession();
        var slack = Make();
        await Get(slack);
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.InvalidResponse("scripted", "its page has changed"));
        var began = Time.GetUtcNow();

        await Driven(slack, () => Time.GetUtcNow() - began > TimeSpan.FromDays(1), TimeSpan.FromMinutes(5));

        Assert.InRange(The.Refreshes, 20, 40);
        var failed = Events.Latest("slack", 1000).Count(static e => e.Kind is CredentialEventKind.Failed);
        Assert.Equal(3, failed);
        Assert.Equal("INVALID_RESPONSE", slack.Status.LastError!.Code);
    }

    [Fact]
    public async Task The_third_failure_in_a_row_is_told_as_an_error()
    {
        Configured = NewSession();
        var log = new List<string>();
        var slack = Make();
        await Get(slack);
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.InvalidResponse("scripted", "its page has changed"));
        for (var i = 0; i < 3; i++)
        {
            await Fails(slack);
            log.Add($"{slack.Status.Failures} {slack.Status.Phase}");
        }

        Assert.Equal(["1 Degraded", "2 Degraded", "3 Degraded"], log);
        Assert.Contains(Seen, static line => line.StartsWith("Error:", StringComparison.Ordinal) && line.Contains("3 times in a row [INVALID_RESPONSE]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_expiring_session_is_refreshed_before_its_end()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true) { Life = TimeSpan.FromHours(12), CanVerify = false };
        Configured = SecretDocument.FromFields([new("key", NewSession().Field("key")!.Value)]);
        var oauth = Make();
        var end = (await Get(oauth)).Term.Expires!.Value.Wall;

        await Driven(oauth, () => The.Refreshes == 2, TimeSpan.FromMinutes(5));

        Assert.InRange((end - Time.GetUtcNow()).TotalHours, 1, 4);
        Assert.True((await Get(oauth)).Term.Expires!.Value.Wall > end);
    }

    // What a refresher does, step by step; while a refresh runs, the clock creeps.
    private async Task Driven(ManagedCredential credential, Func<bool> isDone, TimeSpan step)
    {
        while (!isDone())
        {
            credential.RunDue();
            if (credential.IsRefreshing)
                await Until.True(() => !credential.IsRefreshing, Time, TimeSpan.FromMilliseconds(50));
            else
                Time.Advance(step);
        }
    }
}
