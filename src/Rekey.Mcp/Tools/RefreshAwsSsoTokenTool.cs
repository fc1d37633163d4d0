using System.Collections.Concurrent;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Arguments;

namespace Rekey.Mcp.Tools;

/// <summary>
/// Makes an AWS SSO session usable again: in silence where it can be renewed, by a human's sign-in where it cannot. The sign-in runs
/// in the background. The call that begins it returns what only the caller can show to the human; the next one joins it and waits, no
/// longer than a client waits for a call.
/// </summary>
internal sealed class RefreshAwsSsoTokenTool : RekeyTool
{
    // Most clients give a call up after a minute.
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(40);

    private static readonly ToolText Text = new(
        "refresh_aws_sso_token", "Refresh AWS SSO token",
        "Renews an expired AWS SSO session without a restart. Call it when a tool fails with 'Token has expired and refresh failed', 'Error when retrieving token from sso', "
        + "'The SSO session associated with this profile has expired', ExpiredTokenException or [AWS_AUTH_REQUIRED]. Give 'server' when a tool of an MCP server failed "
        + "(mcp__NAME__tool: server is NAME), or 'profile' when the profile is known; never guess a profile. First the session is renewed silently; if a human has to sign in, "
        + "the result is pending with a url and a code: show both to the user, then call again with the same arguments to wait for the sign-in.",
        IsReadOnly: false);

    private static readonly TextParameter Profile = new("profile", "The AWS profile, as it is named in the AWS configuration.") { MaxLength = 128 };

    private static readonly TextParameter Server = new(
        "server", "The MCP server whose tool failed, as it is named in the client's configuration; its AWS_PROFILE is used.")
    { MaxLength = 128 };

    private static readonly FlagParameter Force = new("force", "Sign in anew even when the session could be renewed silently.");

    private readonly ISessionFinder _sessions;

    // Sign-ins that a call has returned as pending, and of whose end no call has told yet.
    private readonly ConcurrentDictionary<ManagedCredential, SignInJob> _pending = new();

    public RefreshAwsSsoTokenTool(ISessionFinder sessions, ToolSetting setting)
        : base(Text, new ParameterList(Profile, Server, Force), setting) => _sessions = sessions;

    private const string Found =
        """
        "profile": { "type": "string" },
        "profileSource": { "enum": ["parameter", "mcp_config", "environment", "recent", "default"] }
        """;

    protected override JsonElement OutputSchema => ResultSchema.Of(
        $$"""
        "status": { "enum": ["refreshed", "signed_in"] },
        {{Found}},
        "message": { "type": "string" },
        "expiresAt": { "type": "string", "format": "date-time" }
        """, "\"status\", \"profile\", \"profileSource\", \"message\"",
        besideError: $$"""
        "status": { "const": "failed" },
        {{Found}}
        """,
        others: $$"""
        {
          "type": "object",
          "properties": {
            "success": { "type": "boolean", "const": false },
            "status": { "const": "pending" },
            "retryable": { "type": "boolean", "const": true },
            {{Found}},
            "message": { "type": "string" },
            "url": { "type": "string", "format": "uri" },
            "userCode": { "type": "string" },
            "expiresAt": { "type": "string", "format": "date-time" }
          },
          "required": ["success", "status", "retryable", "profile", "profileSource", "message"],
          "additionalProperties": false
        }
        """);

    protected override async Task<CallToolResult> CallAsync(ToolArguments arguments, McpServer server, CancellationToken cancellationToken)
    {
        FoundSession? found = null;
        try
        {
            found = _sessions.Find(arguments.Get(Profile), arguments.Get(Server));
            using var limit = new CancellationTokenSource(WaitLimit, Setting.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            try
            {
                return await AnswerAsync(found, arguments.Get(Force), new SignInPage(server), both.Token, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new CredentialException(ToolErrors.RefreshInProgress(found.Profile, Text.Name));
            }
        }
        catch (CredentialException e)
        {
            return ToolResult.Failure(e.Error, beside: json =>
            {
                json.WriteString("status", "failed");
                WriteFound(json, found);
            });
        }
    }

    private async Task<CallToolResult> AnswerAsync(
        FoundSession found, bool isForced, SignInPage page, CancellationToken limited, CancellationToken cancellationToken)
    {
        var job = _pending.GetValueOrDefault(found.Credential);
        if (job is { State: SignInState.Failed, Error.Retryable: true })
            job = null; // nobody came in time, for example: whoever asks again wants another
        if (!isForced && await RenewAsync(found, job, limited).ConfigureAwait(false) is { } renewed)
            return renewed;
        if (!isForced && job is { State: SignInState.Succeeded })
            job = null; // what came of it is over again
        return await SignInAsync(found, job, page, limited, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What needs no human any more, or never did. Null when only a human helps.</summary>
    private async Task<CallToolResult?> RenewAsync(FoundSession found, SignInJob? job, CancellationToken cancellationToken)
    {
        var error = await found.Credential.RefreshAsync(RefreshTrigger.Manual, cancellationToken).ConfigureAwait(false) switch
        {
            RefreshResult.Failed failed => failed.Error,
            RefreshResult.Unchanged => await ProbeAsync(found.Credential, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        if (error is not null)
            return error.Kind is FailureKind.NeedsUser ? null : throw new CredentialException(error);
        _pending.TryRemove(found.Credential, out _);
        if (job is null or { State: SignInState.Failed })
            return Success(found, "refreshed", $"The AWS SSO session of '{found.Profile}' works; what waits for it refreshes on its own.");
        // A human has signed in since, here or with another tool.
        job.Cancel();
        return SignedIn(found);
    }

    // Nothing new was proved by reading the same token: whoever asks wants to know whether it works.
    private static async Task<CredentialError?> ProbeAsync(ManagedCredential credential, CancellationToken cancellationToken) =>
        await credential.ProbeAsync(cancellationToken).ConfigureAwait(false) switch
        {
            null or { Outcome: VerificationOutcome.Accepted } => null,
            { Outcome: VerificationOutcome.Refused } refused => (refused.Error ?? CredentialErrors.Rejected(credential.Name)) with { Kind = FailureKind.NeedsUser },
            var unknown => unknown.Error ?? CredentialErrors.Unverifiable(credential.Name),
        };

    /// <summary>Joins the sign-in that is pending, or begins one.</summary>
    private async Task<CallToolResult> SignInAsync(
        FoundSession found, SignInJob? pending, SignInPage page, CancellationToken limited, CancellationToken cancellationToken)
    {
        var job = pending ?? found.Credential.SignIn(opensPage: !page.CanAsk);
        _pending[found.Credential] = job;
        SignInPrompt? prompt = null;
        try
        {
            prompt = await job.WaitForPromptAsync(limited).ConfigureAwait(false);
            if (prompt is not null && page.CanAsk && job.State is SignInState.Pending)
                _ = page.AskAsync(prompt, Invitation(found, prompt), job, limited);
            else if (pending is null && prompt is not null and not { IsOpened: true, UserCode: null })
                return Pending(found, prompt); // as long as this call waited, nobody would see it
            await job.Completion.WaitAsync(limited).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Pending(found, prompt);
        }
        _pending.TryRemove(found.Credential, out _);
        if (job.Error is { } error)
            throw new CredentialException(error);
        // The new token is good for something only when an identity comes of it.
        return await found.Credential.RefreshAsync(RefreshTrigger.SignIn, cancellationToken).ConfigureAwait(false) is RefreshResult.Failed failed
            ? throw new CredentialException(failed.Error)
            : SignedIn(found);
    }

    private static CallToolResult SignedIn(FoundSession found) =>
        Success(found, "signed_in", $"Signed in to AWS SSO for '{found.Profile}'; what waits for it refreshes on its own. Repeat what failed.");

    private static string Invitation(FoundSession found, SignInPrompt prompt) => prompt.UserCode is { } code
        ? $"Sign in to AWS for the profile '{found.Profile}'. Compare the code on the page: {code}"
        : $"Sign in to AWS for the profile '{found.Profile}'.";

    private static CallToolResult Success(FoundSession found, string status, string message) => ToolResult.Success(
        json =>
        {
            json.WriteString("status", status);
            WriteFound(json, found);
            json.WriteString("message", message);
            json.WriteOptional("expiresAt", found.Credential.Status.ExpiresAt);
        },
        message);

    private static CallToolResult Pending(FoundSession found, SignInPrompt? prompt)
    {
        var where = prompt is null ? "The sign-in page is being prepared." : $"The user has to open {prompt.Url.AbsoluteUri}";
        var code = prompt?.UserCode is { } userCode ? $" and confirm the code {userCode}" : string.Empty;
        var message = $"A human has to sign in to AWS for '{found.Profile}'. {where}{code}. Show this to the user, then call {Text.Name} again with the same arguments: it waits for the sign-in.";
        return ToolResult.Unfinished(
            json =>
            {
                json.WriteString("status", "pending");
                json.WriteBoolean("retryable", true);
                WriteFound(json, found);
                json.WriteString("message", message);
                json.WriteOptional("url", prompt?.Url.AbsoluteUri);
                json.WriteOptional("userCode", prompt?.UserCode);
                json.WriteOptional("expiresAt", prompt?.ExpiresAt);
            },
            message);
    }

    private static void WriteFound(Utf8JsonWriter json, FoundSession? found)
    {
        json.WriteOptional("profile", found?.Profile);
        json.WriteOptional("profileSource", found?.FoundBy);
    }
}
