using Rekey.Mcp.Tools;

namespace Rekey.Mcp;

/// <summary>What a model reads about the server before it calls anything.</summary>
internal static class Instructions
{
    private const string Always =
        "Rekey keeps credentials alive: it fetches them from where the operator keeps them, proves them, and swaps them in without a restart. "
        + "No tool ever shows a secret; [REDACTED:rekey] stands where one was hidden, and must not be sent back. "
        + "Every error has a code, says whether calling again helps (retryable), and names the next step: follow it instead of asking for a restart.";

    private const string Refresh =
        " When a login is refused, or somebody says that a password was changed or rotated, call refresh_secret once and then repeat what failed. "
        + "When it says unchanged, the store has nothing newer: call health_check and report what it says.";

    private const string Session =
        " When AWS says that an SSO session or token has expired, call refresh_aws_sso_token, show the user the url and code that it may return, and repeat what failed afterwards.";

    private const string Credentials =
        " When a service such as Slack says that a token or session is invalid or has expired, call refresh_credentials once and repeat what failed.";

    private const string Health = " Call health_check to learn which credential is in trouble and why; list_credentials shows what is configured, get_credential_events what happened.";

    private const string Databases =
        " The database tools only read. Look at names with list_tables and describe_table before run_select, and aggregate in SQL instead of fetching many rows.";

    public static string For(RekeyServerOptions options, ToolSet tools) =>
        Always
        + (tools.Has("refresh_secret") ? Refresh : string.Empty)
        + (tools.Has("refresh_aws_sso_token") ? Session : string.Empty)
        + (tools.Has("refresh_credentials") ? Credentials : string.Empty)
        + Health
        + (options.Databases.Count > 0 ? Databases : string.Empty)
        + (options.Registry.All.Count == 0 ? " " + options.SetupHint : string.Empty);
}
