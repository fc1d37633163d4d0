namespace Rekey.Slack;

/// <summary>The pages to which Slack sends whoever is not signed in.</summary>
internal static class SlackSignIn
{
    private static readonly string[] Beginnings = ["signin", "sign_in", "sign-in", "workspace-signin"];

    public static bool IsAt(Uri page) =>
        page.AbsolutePath.Split('/').Any(static part => Beginnings.Any(b => part.StartsWith(b, StringComparison.OrdinalIgnoreCase)))
        || (page.AbsolutePath == "/" && page.Query.TrimStart('?').Split('&').Any(static field => field.StartsWith("redir=", StringComparison.Ordinal)));
}
