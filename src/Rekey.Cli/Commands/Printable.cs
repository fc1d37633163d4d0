namespace Rekey.Cli.Commands;

/// <summary>Text from elsewhere, made harmless for a terminal.</summary>
internal static class Printable
{
    /// <summary>One line without control characters: nothing in it can move the cursor or begin a further line.</summary>
    public static string Line(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(static c => char.IsControl(c) ? '?' : c)) : text;

    /// <summary>A failure as a command tells it.</summary>
    public static string Failure(CredentialError error) => Line($"rekey: [{error.Code}] {error.Message} {error.NextStep}");
}
