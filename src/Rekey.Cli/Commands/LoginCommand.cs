using Rekey.Aws.Sso;
using Rekey.Cli.Composition;
using Rekey.Cli.Sessions;

namespace Rekey.Cli.Commands;

/// <summary><c>rekey login</c>: signs a human in, to an AWS SSO session for all tools of this machine, or for a credential with a sign-in of its own.</summary>
internal sealed class LoginCommand : Command
{
    private static readonly Option Device = new("--device", null, "Sign in with a code, in a browser anywhere, and not in one of this machine.");

    public override string Name => "login";

    public override string Summary => "Sign in to an AWS SSO session, or for an OAuth credential.";

    public override string? Argument => "NAME";

    public override IReadOnlyList<Option> Options => [Device, Option.Config, Option.LogLevel];

    public override string Explanation => """
        For AWS it does what 'aws sso login' does, without the AWS CLI: the token lands in the cache
        that the AWS CLI and every SDK read. For a credential of the kind 'oauth' with the grant
        'device_code' the session lands in Rekey's store. Running servers notice both within seconds.

        NAME is such a credential, else an AWS profile. Without NAME it is AWS_PROFILE,
        AWS_DEFAULT_PROFILE, the only SSO session of the AWS configuration, or the profile 'default'.
        It never guesses among several.

        Examples:
          rekey login work            # in a browser of this machine where there is one
          rekey login work --device   # with a code, for example over SSH
          rekey login crm             # for the credential 'crm', always with a code

        Exit codes: 0 signed in, 1 unknown or ambiguous profile, 2 denied or expired, 3 unreachable.
        """;

    public override async Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var setup = Setup.Of(invocation, surroundings);
        var credentials = setup.BuildCredentials(new RefreshPolicy(), invocation.Has(Device) ? SignInFlow.DeviceCode : null);
        await using (credentials.ConfigureAwait(false))
        {
            try
            {
                var found = Named(credentials, invocation.Argument) ?? SessionFinders.For(credentials, surroundings).Find(invocation.Argument, server: null);
                await SignInAsync(found, surroundings, cancellationToken).ConfigureAwait(false);
                return ExitCode.Ready;
            }
            catch (CredentialException e)
            {
                surroundings.Terminal.Error.WriteLine(Printable.Failure(e.Error));
                return SessionFinders.CodeOf(e.Error);
            }
        }
    }

    // The operator's own names come first; AWS profiles have a finder of their own.
    private static FoundSession? Named(CredentialSet credentials, string? name)
    {
        if (credentials.Configured.All.FirstOrDefault(c => c.Name == name && c.Session is not null) is not { } credential)
            return null;
        return credential.CanSignIn
            ? new FoundSession(credential, credential.Name, "parameter")
            : throw new CredentialException(CredentialErrors.SignInNotAvailable(credential.Name));
    }

    private static async Task SignInAsync(FoundSession found, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var job = found.Credential.SignIn();
        using var cancelled = cancellationToken.Register(job.Cancel);
        SignInPrompt? shown = null;
        while (await job.WaitForPromptAfterAsync(shown, CancellationToken.None).ConfigureAwait(false) is { } prompt && prompt != shown)
            Show(shown = prompt, found, surroundings.Terminal.Out);
        await job.Completion.ConfigureAwait(false);
        if (job.Error is { } error)
            throw new CredentialException(error);
        // The token is good for something only when an identity comes of it.
        if (await found.Credential.RefreshAsync(RefreshTrigger.SignIn, cancellationToken).ConfigureAwait(false) is RefreshResult.Failed failed)
            throw new CredentialException(failed.Error);
        surroundings.Terminal.Out.WriteLine(Printable.Line($"Signed in for '{found.Profile}'."));
    }

    private static void Show(SignInPrompt prompt, FoundSession found, TextWriter output)
    {
        output.WriteLine(Printable.Line($"Sign in for '{found.Profile}'. If no browser opens, open this page:"));
        output.WriteLine(Printable.Line($"  {prompt.Url.AbsoluteUri}"));
        if (prompt.UserCode is { } code)
            output.WriteLine(Printable.Line($"and compare the code on it: {code}"));
    }
}
