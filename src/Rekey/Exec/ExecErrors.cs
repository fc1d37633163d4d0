namespace Rekey.Exec;

/// <summary>What can be wrong with a command as a source, in the words of <see cref="CredentialErrors"/>. What it prints to its errors is never repeated: it may be anything.</summary>
internal static class ExecErrors
{
    public static CredentialException NotFound(string reference) => new(CredentialErrors.SourceRefused(
        reference, "there is no such program on the PATH", "Install it, or name it by its absolute path."));

    public static CredentialException ShellScript(string reference) => new(CredentialErrors.SourceRefused(
        reference, "it is a script (.cmd or .bat), which Windows gives to a shell that reads its arguments in its own way", "Name the program that the script starts, by its absolute path."));

    public static CredentialException NotStarted(string reference, Exception why) => new(CredentialErrors.SourceRefused(
        reference, $"it cannot be started ({why.GetType().Name})", "Let the user that runs Rekey run it."));

    public static CredentialException Ended(string reference, int code) => new(CredentialErrors.SourceUnavailable(
        reference, $"it ended with code {code}", "Run the command by hand as the same user to see what it says; it is run again on its own."));

    public static CredentialException TooSlow(string reference, TimeSpan limit) => new(CredentialErrors.SourceUnavailable(
        reference, $"it did not end within {limit.TotalSeconds:F0} s and was ended", "A command that waits for somebody cannot be used; sign in to its manager first, or allow it more time."));

    public static CredentialException Silent(string reference) => new(CredentialErrors.SourceUnavailable(
        reference, "it printed nothing", "Run the command by hand as the same user; it is run again on its own."));

    public static CredentialException NoText(string reference) => new(CredentialErrors.SecretInvalid(reference, "content: not UTF-8 text"));

    public static CredentialException TooLarge(string reference) => new(CredentialErrors.SecretTooLarge(reference, SecretDocument.MaxBytes));
}
