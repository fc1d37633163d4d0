using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Arguments;

namespace Rekey.Mcp.Tools;

/// <summary>
/// Refreshes sessions that are renewed by using them. Its answers have one exact shape that other programs rely on: no further members,
/// the codes of <see cref="RefreshContract"/> alone, and within ten seconds in every case.
/// </summary>
internal sealed class RefreshCredentialsTool : RekeyTool
{
    // The promise is ten seconds; what is not done by then goes on without its caller.
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(9);

    private static readonly ToolText Text = new(
        "refresh_credentials", "Refresh credentials",
        "Refreshes the session of a user (Slack, OAuth) now: obtains a newer one from its service, proves it, stores it and swaps it in, without a restart. "
        + "Call it when a service says that a token or session is invalid or has expired. Only one refresh runs at a time: on REFRESH_IN_PROGRESS wait a few seconds and call again. "
        + "SESSION_REVOKED means that a human must sign in again. A failure leaves the current credentials in use.",
        IsReadOnly: false);

    private readonly IReadOnlyList<ManagedCredential> _sessions;
    private readonly ChoiceParameter? _credential;

    private RefreshCredentialsTool(IReadOnlyList<ManagedCredential> sessions, ChoiceParameter? credential, ToolSetting setting)
        : base(Text, credential is null ? new ParameterList() : new ParameterList(credential), setting)
    {
        _sessions = sessions;
        _credential = credential;
    }

    /// <summary>Whether the credential is a session that is refreshed by using it.</summary>
    public static bool Refreshes(ManagedCredential credential) => credential.Session is not null;

    /// <summary>Makes the tool for these sessions; with several the caller may name one.</summary>
    public static RefreshCredentialsTool For(IReadOnlyList<ManagedCredential> sessions, ToolSetting setting) => new(
        sessions,
        sessions.Count == 1 ? null : new ChoiceParameter("credential", "The credential to refresh; all of them when left out.", [.. sessions.Select(static s => s.Name)]),
        setting);

    protected override JsonElement OutputSchema => RefreshContract.Schema;

    protected override CallToolResult Failure(CredentialError error) => RefreshContract.Failure(error);

    protected override async Task<CallToolResult> CallAsync(ToolArguments arguments, McpServer server, CancellationToken cancellationToken)
    {
        var name = _credential is null ? null : arguments.Get(_credential);
        var chosen = _sessions.Where(s => name is null || s.Name == name);
        var outcomes = await Task.WhenAll(chosen.Select(s => RefreshAsync(s, cancellationToken))).ConfigureAwait(false);
        // Beside sessions that can be refreshed, those that cannot are no failure of a call that names none.
        var relevant = outcomes.Where(static o => !o.IsUnavailable).ToList();
        if (relevant.Count == 0)
            relevant = [.. outcomes];
        return relevant.Find(static o => o.Error is not null) is { Error: { } error }
            ? Failure(error)
            : RefreshContract.Success(relevant.Max(static o => o.At), relevant.Sum(static o => o.Total));
    }

    private async Task<Outcome> RefreshAsync(ManagedCredential session, CancellationToken cancellationToken)
    {
        if (session.Session!.NotRefreshable is { } never)
            return Outcome.Unavailable(never);
        if (session.TryRefresh(RefreshTrigger.Manual, out var wait) is not { } refresh)
            return Outcome.Failed(wait > TimeSpan.Zero ? SessionErrors.RateLimited("The server", wait) : RefreshContract.InProgress());
        try
        {
            var result = await refresh.WaitAsync(WaitLimit, Setting.Time, cancellationToken).ConfigureAwait(false);
            var status = session.Session!;
            return status.NotRefreshable is { } why ? Outcome.Unavailable(why)
                : result is RefreshResult.Failed failed ? Outcome.Failed(failed.Error)
                : status.IsUnsaved ? Outcome.Failed(SessionErrors.Storage(
                    "The newer session is in use and could not be stored: a restart would lose it", "Make room for the store; it is written again on its own."))
                : Outcome.Done(status.RefreshedAt ?? session.Status.LastSuccessAt ?? Setting.Time.GetUtcNow(), status.Refreshes);
        }
        catch (TimeoutException)
        {
            return Outcome.Failed(RefreshContract.InProgress());
        }
    }

    private sealed record Outcome(CredentialError? Error, bool IsUnavailable, DateTimeOffset At, long Total)
    {
        public static Outcome Done(DateTimeOffset at, long total) => new(null, IsUnavailable: false, at, total);

        public static Outcome Failed(CredentialError error) => new(error, IsUnavailable: false, default, 0);

        public static Outcome Unavailable(CredentialError error) => new(error, IsUnavailable: true, default, 0);
    }
}
