namespace Rekey.Redis;

/// <summary>Why a password could not be proved at Redis, in our own words.</summary>
internal static class RedisErrors
{
    private const string Retried = "It is tried again on its own.";

    public static CredentialError NoAnswer(RedisOptions options) => CredentialErrors.Unverifiable(options.Credential) with
    {
        Message = $"{Place(options)} gave no answer to the verification of '{options.Credential}'.",
        NextStep = options.Tls is null
            ? "Check host, port and network; set 'tls' to true if the server speaks nothing else. Verification is tried again on its own."
            : "Check host, port, network and the certificate of the server; set 'tls' to false if it speaks none. Verification is tried again on its own.",
    };

    public static CredentialError NotRedis(RedisOptions options) =>
        Inconclusive(options, "does not answer as Redis does", $"Check host and port, and whether 'tls' is as the server has it ({(options.Tls is null ? "now false" : "now true")}).");

    /// <summary>Any password, or none, would do.</summary>
    public static CredentialError NoPasswordNeeded(RedisOptions options) => Inconclusive(
        options, "serves everybody without a password",
        "Give its default user a password (requirepass), name the user that the value belongs to in 'username', or say with \"none\" that nothing is proved.");

    public static CredentialError KnowsNoUsers(RedisOptions options) => Inconclusive(
        options, "does not understand a login with a user name, as Redis before version 6", "Remove 'username': the password is then the server's one.");

    /// <summary>An error that says nothing about the password.</summary>
    public static CredentialError Of(RedisOptions options, string code)
    {
        var (what, nextStep) = code switch
        {
            "LOADING" => ("is loading its data", Retried),
            "MASTERDOWN" => ("is a replica whose primary is away", Retried),
            "BUSY" => ("is busy with a script", Retried),
            "DENIED" => ("is in protected mode and serves its own machine alone", "Give its default user a password, or bind it to the addresses that it is for."),
            "NOAUTH" => ("asks for a login that it has just accepted", "Check what stands between this machine and the server."),
            _ => ("answers with an error that says nothing about the password", "Try the login by hand with redis-cli; verification is tried again on its own."),
        };
        return Inconclusive(options, what, nextStep);
    }

    private static CredentialError Inconclusive(RedisOptions options, string what, string nextStep) =>
        CredentialErrors.Inconclusive(options.Credential, $"{Place(options)} {what}", nextStep);

    private static string Place(RedisOptions options) => $"{(options.Host.Contains(':') ? $"[{options.Host}]" : options.Host)}:{options.Port}";
}
