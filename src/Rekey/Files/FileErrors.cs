namespace Rekey.Files;

/// <summary>What can be wrong with a file as a source, in the words of <see cref="CredentialErrors"/>.</summary>
internal static class FileErrors
{
    private const string Noticed = "it is noticed within seconds.";

    public static CredentialError Missing(string reference) =>
        CredentialErrors.SourceUnavailable(reference, "there is nothing at this path", $"Check the path, or put the secret there; {Noticed}") with { IsAbsence = true };

    // A writer may be between emptying the file and filling it.
    public static CredentialError Empty(string reference) =>
        CredentialErrors.SourceUnavailable(reference, "it is empty", $"Write the secret into it; {Noticed}");

    public static CredentialError Busy(string reference) =>
        CredentialErrors.SourceUnavailable(reference, "it cannot be read now", "Check the disk, and whether another program locks it; it is read again on its own.");

    public static CredentialError Unsteady(string reference) =>
        CredentialErrors.SourceUnavailable(reference, "it changed during every attempt to read it", "Let its writer replace it by a rename; it is read again on its own.");

    public static CredentialError Forbidden(string reference) =>
        CredentialErrors.SourceRefused(reference, "this process may not read it", "Let the user that runs Rekey read it; its access rights are tried again on their own.")
            with
        { IsWithdrawal = true };

    public static CredentialError NotWatched(string reference) => new(
        "FILE_NOT_WATCHED", $"{reference}: the system does not announce its changes; they are found by looking every five seconds.", Retryable: true,
        "If faster is needed, raise the limits fs.inotify.max_user_instances and fs.inotify.max_user_watches, or let the file lie on a local disk.");

    public static CredentialError MountedAlone(string reference) => new(
        "FILE_MOUNTED_ALONE", $"{reference}: this one file is mounted by itself, so that a new one in its place is never seen here.", Retryable: false,
        "Mount the whole volume instead of one file of it (in Kubernetes: no subPath).");

    public static CredentialError TooManyKeys(string reference, int limit) =>
        CredentialErrors.SecretInvalid(reference, $"content: more than {limit} keys");

    public static CredentialError NotText(string reference, string field) =>
        CredentialErrors.SecretInvalid(reference, $"{field}: not UTF-8 text");
}
