using System.Globalization;

namespace Rekey.StoreCrash;

/// <summary>Records that tell by themselves whether they are whole: each part carries their number.</summary>
internal static class Sample
{
    public const string Credential = "slack";

    public static SessionRecord Record(int number) => new()
    {
        Current = State(number),
        Pending = number % 2 == 0 ? null : State(number + 1),
        Refreshes = number,
        AttemptedAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
        Origins = [Text("origin", number)],
    };

    /// <summary>The number of a whole record; null when its parts do not belong together.</summary>
    public static int? NumberOf(SessionRecord record) => IsSame(record, Record((int)record.Refreshes)) ? (int)record.Refreshes : null;

    private static bool IsSame(SessionRecord record, SessionRecord other) =>
        record.Current.HoldsSameAs(other.Current) && record.Current.RefreshedAt == other.Current.RefreshedAt && record.Current.ExpiresAt == other.Current.ExpiresAt
        && (record.Pending is null ? other.Pending is null : record.Pending.HoldsSameAs(other.Pending))
        && record.AttemptedAt == other.AttemptedAt && record.Origins.SequenceEqual(other.Origins);

    private static SessionState State(int number) => new()
    {
        Fields = new Dictionary<string, Secret> { ["token"] = new(Text("xoxc-sample", number)), ["cookie"] = new(Text("xoxd-sample", number)) },
        RefreshedAt = DateTimeOffset.UnixEpoch.AddMinutes(number),
        ExpiresAt = DateTimeOffset.UnixEpoch.AddHours(number),
    };

    // Of many lengths: half of a long one in the place of a short one would show.
    private static string Text(string name, int number) => $"{name}-{number.ToString(CultureInfo.InvariantCulture)}-{new string((char)('a' + (number % 26)), number * 37 % 900)}";
}
