using Rekey.Cli.Sessions;

namespace Rekey.Cli.Commands;

/// <summary><c>rekey logout</c>: ends AWS SSO sessions, for all tools of this machine.</summary>
internal sealed class LogoutCommand : Command
{
    public override string Name => "logout";

    public override string Summary => "End one AWS SSO session, or all of them.";

    public override string? Argument => "PROFILE";

    public override IReadOnlyList<Option> Options => [Option.Config, Option.LogLevel];

    public override string Explanation => """
        With PROFILE it ends the session that this profile signs in through; without, every SSO session
        of this user, as 'aws sso logout' does. Tokens are ended at AWS and deleted here. Keys of roles
        that were obtained before live to their own end, an hour as a rule.

        Exit codes: 0 done, 1 unknown profile, 2 refused, 3 unreachable.
        """;

    public override async Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var setup = Setup.Of(invocation, surroundings);
        var credentials = setup.BuildCredentials(new RefreshPolicy());
        await using (credentials.ConfigureAwait(false))
        {
            try
            {
                var ended = invocation.Argument is { } profile
                    ? await credentials.Identities.SignOutAsync(profile, cancellationToken).ConfigureAwait(false)
                    : await credentials.Identities.SignOutAllAsync(cancellationToken).ConfigureAwait(false);
                surroundings.Terminal.Out.WriteLine(Printable.Line(ended));
                return ExitCode.Ready;
            }
            catch (CredentialException e)
            {
                surroundings.Terminal.Error.WriteLine(Printable.Failure(e.Error));
                return SessionFinders.CodeOf(e.Error);
            }
        }
    }
}
