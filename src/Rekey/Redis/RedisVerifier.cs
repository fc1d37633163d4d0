using System.Net.Sockets;
using System.Security.Authentication;

namespace Rekey.Redis;

/// <summary>Proves a value as the password of a Redis user, on a connection of its own.</summary>
public static class RedisVerifier
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6); // within the time that a verification has

    /// <summary>Makes the verifier.</summary>
    public static CredentialVerifier<SecretValue> For(RedisOptions options) => async (credential, cancellationToken) =>
    {
        using var over = new CancellationTokenSource(Limit, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            var connection = await RedisConnection.OpenAsync(options, either.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                return await RedisLogin.ProveAsync(connection, options, credential.Value, either.Token).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            return Verification.Indeterminate(RedisErrors.NotRedis(options));
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            return Verification.Indeterminate(RedisErrors.NoAnswer(options));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Verification.Indeterminate(RedisErrors.NoAnswer(options));
        }
    };
}
