namespace Rekey.Redis;

/// <summary>One login and what its replies prove. Only codes are looked at: the texts behind them change from version to version.</summary>
internal static class RedisLogin
{
    public static async Task<Verification> ProveAsync(RedisConnection connection, RedisOptions options, Secret password, CancellationToken cancellationToken)
    {
        string[] command = options.IsDefaultUser ? ["AUTH", password.Reveal()] : ["AUTH", options.UserName!, password.Reveal()];
        var login = await connection.AskAsync(command, "OK", cancellationToken).ConfigureAwait(false);
        return login.Code switch
        {
            null => OfServed(await PingAsync().ConfigureAwait(false), options),
            "WRONGPASS" => Verification.Refused(),
            "ERR" => OfUnclear(await PingAsync().ConfigureAwait(false), options),
            var code => Inconclusive(options, code),
        };

        Task<RedisReply> PingAsync() => connection.AskAsync(["PING"], "PONG", cancellationToken);
    }

    // The login is good. Something between us and the server may have said so without asking it.
    private static Verification OfServed(RedisReply ping, RedisOptions options) =>
        IsServed(ping) ? Verification.Accepted : Inconclusive(options, ping.Code!);

    // An ERR is all that Redis says to a password where none is needed, and all that one before version 6 says to a wrong one.
    private static Verification OfUnclear(RedisReply ping, RedisOptions options)
    {
        if (IsServed(ping))
            return Verification.Indeterminate(RedisErrors.NoPasswordNeeded(options));
        if (ping.Code != "NOAUTH")
            return Inconclusive(options, ping.Code!);
        return options.IsDefaultUser ? Verification.Refused() : Verification.Indeterminate(RedisErrors.KnowsNoUsers(options));
    }

    // A user who may not ping, and one whose server cannot write to its disk, are served all the same.
    private static bool IsServed(RedisReply ping) => ping.Code is null or "NOPERM" or "MISCONF";

    private static Verification Inconclusive(RedisOptions options, string code) => Verification.Indeterminate(RedisErrors.Of(options, code));
}
