namespace Rekey.Cli.Stores;

/// <summary>What can be wrong with the files of a store, in the words of <see cref="SessionErrors"/>.</summary>
internal static class StoreErrors
{
    private const string BeginAgain = "or move the file away: then the session begins again with what is configured";

    public static CredentialException Unreadable(string file, Exception why) =>
        Of($"{file} cannot be read ({why.GetType().Name})", "Check the disk and the access rights of the file; it is tried again on its own.");

    public static CredentialException Unwritable(string file, Exception why) =>
        Of($"{file} cannot be written ({why.GetType().Name})", "Check the free space and the access rights of its folder; it is tried again on its own.");

    public static CredentialException Unsteady(string file) =>
        Of($"{file} changes all the time", "Find out which other program writes it; it is tried again on its own.");

    public static CredentialException TooLarge(string file, int most) =>
        Of($"{file} cannot be written: the session has more than {most} bytes", "Check what the authority of this session answers.");

    public static CredentialException NoFolder(string folder, Exception why) =>
        Of($"The folder {folder} cannot be used ({why.GetType().Name})", "Let the user that runs Rekey make it and own it, or name another one for the store.");

    public static CredentialException NoLock(string file) =>
        Of($"{file} cannot be locked", "Check the free space, and let the user that runs Rekey write to its folder.");

    public static CredentialException Newer(string file, int version) =>
        Of($"{file} was written by a newer Rekey, in version {version} of the format", $"Update this Rekey, {BeginAgain}.");

    public static CredentialException Sealed(string file) =>
        Of($"{file} is encrypted and there is no store.key", $"Configure the store.key that it was written with, {BeginAgain}.");

    public static CredentialException OtherKey(string file, string written, string configured) =>
        Of($"{file} was encrypted with the key {written}, and store.key is the key {configured}", $"Configure the store.key that it was written with, {BeginAgain}.");

    public static CredentialException Altered(string file) =>
        Of($"{file} does not open with store.key: it was altered or belongs to another credential", "Put the right file back, " + BeginAgain + ".");

    public static CredentialException KeyUnreadable(string code) =>
        Of($"store.key cannot be read ({code})", "Check the reference of store.key; it is tried again on its own.");

    public static CredentialException KeyInvalid() =>
        Of("store.key is not a key of 32 bytes in base64 or hex", "Make one with: openssl rand -base64 32");

    public static CredentialException NotOfSlackServer(string file) =>
        Of($"{file} is no credentials file of the Slack MCP server", "Correct the file, or take its name out of the configuration.");

    private static CredentialException Of(string what, string nextStep) => new(SessionErrors.Storage(what, nextStep));
}
