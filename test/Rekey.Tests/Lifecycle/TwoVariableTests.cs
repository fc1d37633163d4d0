using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

/// <summary>
/// What the database accepts, what the source returns, and time: each row a story of the three, which version serves in it, what callers
/// see, and how many wrong passwords reach the database. One user rotates in all but the last rows.
/// </summary>
public sealed class TwoVariableTests : LeakCheckedTest
{
    private const string One = "app";
    private const string Other = "app_clone";

    private static readonly CredentialError Unavailable = CredentialErrors.SourceUnavailable("scripted://store", "no answer");
    private static readonly CredentialError Denied =
        new("ACCESS_DENIED", "Reading is forbidden.", Retryable: false) { Kind = FailureKind.Refused, IsWithdrawal = true };

    private static readonly Row[] Rows =
    [
        new("nobody rotates", Wrong: 0..0)
        { Steps = [Opens(1), Passes(Hours(1)), Opens(1)] },

        new("the window opens and closes before anybody needs a login, and an event tells", Wrong: 0..0)
        { Steps = [Opens(1), Accepts(2), Pending(2), Current(2), Hears(), Opens(2)] },

        new("the window opens and closes before anybody needs a login, and nothing tells", Wrong: 1..1)
        { Steps = [Opens(1), Accepts(2), Current(2), Opens(2)] },

        new("the window opens and closes, and a poll tells", Wrong: 0..0)
        { Steps = [Opens(1), Accepts(2), Current(2), Passes(Minutes(6)), Opens(2)] },

        new("a login is needed inside the window", Wrong: 2..2)
        { Steps = [Opens(1), Pending(2), Accepts(2), Opens(2), Opens(2), Current(2), Hears(), Opens(2)] },

        new("a login is needed inside the window of a store that shows nothing pending", Wrong: 2..3)
        { Steps = [Opens(1), Accepts(2), Waits(), Passes(Seconds(3)), Current(2), Served(2)] },

        new("the window is longer than the wait", Wrong: 2..5)
        { Steps = [Opens(1), Accepts(2), Fails("CREDENTIAL_REJECTED"), Passes(Seconds(30)), Current(2), Passes(Seconds(5)), Opens(2)] },

        new("the pending version shows up late", Wrong: 2..3)
        { Steps = [Opens(1), Accepts(2), Waits(), Passes(Seconds(2)), Pending(2), Served(2)] },

        new("a cold start inside the window", Wrong: 1..1)
        { Steps = [Pending(2), Accepts(2), Opens(2), Current(2), Hears(), Opens(2)] },

        new("a cold start inside the window of a store that shows nothing pending", Wrong: 1..2)
        { Steps = [Accepts(2), Waits(), Passes(Seconds(3)), Current(2), Served(2)] },

        new("a cold start inside a window that is longer than the wait", Wrong: 1..3)
        { Steps = [Accepts(2), Fails("CREDENTIAL_REJECTED"), Current(2), Passes(Seconds(5)), Opens(2)] },

        new("a pending version is stuck from a failed rotation", Wrong: 0..0, PendingReads: 0)
        { Steps = [Opens(1), Pending(2), Hears(), Passes(Hours(2)), Opens(1)] },

        new("a pending version is stuck, and the database knows neither", Wrong: 3..4)
        { Steps = [Opens(1), Pending(2), Accepts(3), Waits(), Passes(Seconds(2)), Current(3), Served(3)] },

        new("a rotation is never finished", Wrong: 2..40)
        { Steps = [Opens(1), Pending(2), Accepts(2), Opens(2), Passes(Hours(2)), Opens(2)] },

        new("the source is unavailable inside the window", Wrong: 1..1)
        { Steps = [Opens(1), Accepts(2), Answers(Unavailable), Waits(), Passes(Seconds(3)), Current(2), Answers(null), Served(2)] },

        new("the source is unavailable longer than the wait", Wrong: 1..1)
        { Steps = [Opens(1), Accepts(2), Answers(Unavailable), Fails("SOURCE_UNAVAILABLE"), Current(2), Answers(null), Passes(Seconds(60)), Opens(2)] },

        new("a cold start while the source is unavailable", Wrong: 0..0)
        { Steps = [Answers(Unavailable), Fails("SOURCE_UNAVAILABLE"), Answers(null), Passes(Seconds(30)), Opens(1)] },

        new("the source is unavailable for hours while nobody rotates", Wrong: 0..0)
        { Steps = [Opens(1), Answers(Unavailable), Passes(Hours(5)), Opens(1)] },

        new("the right to read ends inside the window", Wrong: 1..1)
        { Steps = [Opens(1), Accepts(2), Answers(Denied), Fails("ACCESS_DENIED"), Current(2), Answers(null), Passes(Seconds(60)), Opens(2)] },

        new("the right to read ends inside the window and is given back", Wrong: 1..1)
        { Steps = [Opens(1), Accepts(2), Answers(Denied), Waits(), Passes(Seconds(2)), Current(2), Answers(null), Hears(), Served(2)] },

        new("the right to read ends while nobody rotates", Wrong: 0..0)
        { Steps = [Opens(1), Answers(Denied), Hears(), Opens(1), Passes(Minutes(16)), Fails("ACCESS_DENIED"), Answers(null), Passes(Minutes(2)), Opens(1)] },

        new("a rotation is undone in the database", Wrong: 3..3)
        { Steps = [Opens(1), Pending(2), Accepts(2), Opens(2), PendingGone(), Accepts(1), Opens(1)] },

        new("a rotation is undone in the database before the source shows it", Wrong: 2..3)
        { Steps = [Opens(1), Accepts(2), Waits(), Passes(Seconds(2)), Accepts(1), Served(1, within: 6)] },

        new("a rotation is undone in the database after hours", Wrong: 3..40)
        { Steps = [Opens(1), Pending(2), Accepts(2), Opens(2), PendingGone(), Passes(Hours(2)), Opens(2), Accepts(1), Opens(1)] },

        new("the current label is moved back, and the database with it", Wrong: 0..0)
        { Steps = [Opens(1), Accepts(2), Current(2), Hears(), Opens(2), Accepts(1), Current(1), Hears(), Opens(1)] },

        new("the current label is moved back without the database", Wrong: 1..20)
        { Steps = [Opens(1), Accepts(2), Current(2), Hears(), Opens(2), Current(1), Hears(), Opens(2), Passes(Hours(1)), Opens(2)] },

        new("a version is published before the database knows it", Wrong: 2..20)
        { Steps = [Opens(1), Current(2), Hears(), Opens(1), Passes(Hours(1)), Opens(1), Accepts(2), Opens(2)] },

        new("the event comes before the source shows the version", Wrong: 0..0)
        { Steps = [Opens(1), Accepts(2), Hears(), Passes(Seconds(1)), Current(2), Passes(Seconds(5)), Opens(2)] },

        new("the database is down during the rotation", Wrong: 0..0)
        { Steps = [Opens(1), Accepts(2), Current(2), IsDown(true), Hears(), Fails("Unreachable"), IsDown(false), Passes(Seconds(5)), Opens(2)] },

        new("two rotations pass unnoticed", Wrong: 1..1)
        { Steps = [Opens(1), Accepts(2), Current(2), Accepts(3), Current(3), Opens(3)] },

        new("two users alternate, and an event tells", Wrong: 0..0, PendingReads: 0)
        { Steps = [Opens(1), Accepts(2, Other), Opens(1), Current(2, Other), Hears(), Opens(2), Accepts(3), Opens(2), Current(3), Hears(), Opens(3)] },

        new("two users alternate, and a poll tells", Wrong: 0..0, PendingReads: 0)
        { Steps = [Opens(1), Accepts(2, Other), Current(2, Other), Opens(1), Passes(Minutes(6)), Opens(2)] },

        new("two users alternate twice, and nothing tells", Wrong: 1..1, PendingReads: 0)
        { Steps = [Opens(1), Accepts(2, Other), Current(2, Other), Pending(3), Accepts(3), Opens(2), Current(3), Opens(2), Hears(), Opens(3)] },
    ];

    public static TheoryData<string> Names => [.. Rows.Select(static row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Which_version_serves_what_callers_see_and_what_the_database_is_shown(string when)
    {
        var row = Rows.Single(r => r.Name == when);
        await using var story = new TwoVariableStory(Plant);
        story.Database.SetPassword(One, "password-1");
        story.Store.Current = (1, story.Login(1, One));
        for (var i = 0; i < row.Steps.Count; i++)
        {
            var step = row.Steps[i];
            try
            {
                await step.Act(story);
                story.AssertUndisturbed();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Assert.Fail($"When {row.Name}: {string.Join(", ", row.Steps.Take(i + 1).Select(static s => s.Text))}: {e.Message}");
            }
        }
        story.Failures.ForEach(failure => Observe(failure));
        Observe(story.Credential.Status.ToString());
        Assert.True(
            row.Wrong.Start.Value <= story.Database.RefusedLogins.Count && story.Database.RefusedLogins.Count <= row.Wrong.End.Value,
            $"When {row.Name}: {story.Database.RefusedLogins.Count} wrong passwords reached the database instead of {row.Wrong}.");
        Assert.True(row.PendingReads is null || row.PendingReads == story.Store.PendingReads, $"When {row.Name}: {story.Store.PendingReads} reads of the pending version.");
    }

    private static Step Accepts(int version, string user = One) =>
        new($"the database accepts {version}", story => story.Database.SetPassword(user, $"password-{version}"));

    private static Step IsDown(bool isDown) => new(isDown ? "the database goes down" : "the database comes back", story => story.Database.IsDown = isDown);

    private static Step Current(int version, string user = One) => new($"the source returns {version}", story =>
    {
        story.Store.Current = (version, story.Login(version, user));
        if (story.Store.Pending?.Version == version)
            story.Store.Pending = null;
    });

    private static Step Pending(int version) => new($"{version} is pending", story => story.Store.Pending = (version, story.Login(version, One)));

    private static Step PendingGone() => new("nothing is pending", static story => story.Store.Pending = null);

    private static Step Answers(CredentialError? failure) =>
        new(failure is null ? "the source answers" : $"the source says {failure.Code}", story => story.Store.Failure = failure);

    private static Step Hears() => new("an event comes", static story => story.HearAsync());

    private static Step Passes(TimeSpan span) => new($"{span} pass", story => story.PassAsync(span));

    private static Step Opens(int version) => new($"a caller gets {version} at once", story => story.OpenAsync(version));

    private static Step Waits() => new("a caller waits", static story => story.BeginWaitAsync());

    private static Step Served(int version, int within = 4) => new($"it gets {version}", story => story.EndWaitAsync(version, Seconds(within)));

    private static Step Fails(string code) => new($"a caller gets {code}", story => story.FailAsync(code));

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);

    private static TimeSpan Minutes(int count) => TimeSpan.FromMinutes(count);

    private static TimeSpan Hours(int count) => TimeSpan.FromHours(count);

    /// <summary>A story by its name: "when …".</summary>
    private sealed record Row(string Name, Range Wrong, int? PendingReads = null)
    {
        public required IReadOnlyList<Step> Steps { get; init; }
    }

    private sealed record Step(string Text, Func<TwoVariableStory, Task> Act)
    {
        public Step(string text, Action<TwoVariableStory> act)
            : this(text, story =>
            {
                act(story);
                return Task.CompletedTask;
            })
        {
        }
    }
}
