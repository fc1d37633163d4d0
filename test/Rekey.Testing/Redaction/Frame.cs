namespace Rekey.Testing.Redaction;

/// <summary>The innocent text around a value, by which one sees how much of the value is left.</summary>
public sealed record Frame(string Before, string After)
{
    private const string Unparseable = "[unparseable connection string]";

    private static readonly string[] LineEnds = ["\\r", "\\n", "\r", "\n", " "];

    public static Frame Json { get; } = new("{\"a\":\"xx ", " yy\"}");

    public string Around(Shown shown) => Before + shown.Text + After;

    /// <summary>
    /// How many characters of a value are left in what was made of <see cref="Around"/>: at the edge where more are left, and between
    /// markers, other than the ends of lines. All of them when there is no marker.
    /// </summary>
    public int Left(Shown shown, string redacted)
    {
        var kept = redacted.Replace(Unparseable, Secret.Marker, StringComparison.Ordinal).Split(Secret.Marker);
        if (kept.Length == 1)
            return shown.Value.Length;
        var first = kept[0].Length - Before.Length - shown.Before.Length;
        var last = kept[^1].Length - After.Length - shown.After.Length;
        return Math.Max(0, Math.Max(first, last)) + kept[1..^1].Sum(static part => LineEnds.Aggregate(part, static (rest, end) => rest.Replace(end, "", StringComparison.Ordinal)).Length);
    }
}
