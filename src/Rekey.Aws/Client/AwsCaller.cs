using System.Text.Json;
using Rekey.Aws.Identity;

namespace Rekey.Aws.Client;

/// <summary>
/// Calls operations of one service for one secret, and says what went wrong in our words. The client is built on the first call,
/// never when a server starts, and anew after a refused identity, so that a human's sign-in anywhere is noticed.
/// </summary>
internal sealed class AwsCaller(AwsService service, AwsAccess access, string what, string? region) : IDisposable
{
    private readonly AwsTransport _transport = new(access.Time);
    private readonly SemaphoreSlim _building = new(1, 1);
    private volatile Connection? _connection;

    /// <summary>One call. Every failure but a cancellation is a <see cref="CredentialException"/>.</summary>
    public async Task<AwsJsonResponse> InvokeAsync(AwsOperation operation, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        var connection = _connection ?? await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await SignInAsync(connection, cancellationToken).ConfigureAwait(false);
        try
        {
            return await connection.Client.InvokeAsync(operation.Name, write, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOurs(e, cancellationToken))
        {
            var failure = AwsFailures.Of(e, _transport.Skew);
            if (failure is AwsFailure.IdentityRefused)
                Forget(connection, atSignIn: false);
            throw new CredentialException(ErrorOf(failure, e, operation, connection));
        }
    }

    public void Dispose()
    {
        _connection?.Client.Dispose();
        _transport.Dispose();
        _building.Dispose();
    }

    /// <summary>What there is nothing of, where it was looked for.</summary>
    public CredentialError NotFound(AwsOperation operation) => AwsErrors.NotFound(what, _connection?.Region ?? region ?? "AWS", operation.Settings);

    private async Task<Connection> ConnectAsync(CancellationToken cancellationToken)
    {
        await _building.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _connection ??= Build();
        }
        catch (AwsSetupException e)
        {
            throw new CredentialException(e.ErrorFor(what));
        }
        finally
        {
            _building.Release();
        }
    }

    private Connection Build()
    {
        var identity = new AwsIdentity(access);
        var settings = identity.Settings;
        var where = access.Region ?? region ?? settings.EnvironmentRegion ?? settings.ProfileRegion ?? access.Session?.Active?.Credential.Region
            ?? throw new CredentialException(AwsErrors.RegionRequired(what));
        var endpoint = access.Endpoint ?? settings.EndpointOf(service.Id) ?? new Uri(AwsEndpoints.Of(service, where, settings.UsesFips, settings.UsesDualStack));
        var signer = identity.Find(where, _transport);
        var client = new AwsJsonClient(service, signer.Credentials, new AwsClientConfiguration(service, where, endpoint) { HttpClientFactory = _transport });
        return new Connection(client, signer, where);
    }

    // Before the call, so that a failure on the way to an identity is told from one of the service.
    private async Task SignInAsync(Connection connection, CancellationToken cancellationToken)
    {
        try
        {
            // A command or a socket may hold its thread: nobody who can cancel waits on that.
            var keys = await Task.Run(connection.Signer.Credentials.GetCredentialsAsync, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            new KeyRegistry(access.Secrets).Learn(keys);
        }
        catch (Exception e) when (IsOurs(e, cancellationToken))
        {
            Forget(connection, atSignIn: AwsFailures.Of(e, _transport.Skew) is AwsFailure.IdentityRefused);
            throw new CredentialException((e as AwsSetupException)?.ErrorFor(what) ?? ErrorOfIdentity(e, connection));
        }
    }

    // Calls under way end on the client that they began on.
    private void Forget(Connection connection, bool atSignIn)
    {
        if (connection.Signer.RefusedLease(atSignIn) is { } lease)
            access.Session?.Reject(lease);
        Interlocked.CompareExchange(ref _connection, null, connection);
    }

    private CredentialError ErrorOf(AwsFailure failure, Exception exception, AwsOperation operation, Connection connection) => failure switch
    {
        AwsFailure.IdentityRefused => AwsErrors.AuthRequired(what, connection.Signer.Name, connection.Signer.Repair),
        AwsFailure.AccessDenied => AwsErrors.AccessDenied(what, connection.Signer.Name, operation.Permission),
        AwsFailure.KeyDenied => AwsErrors.AccessDenied(what, connection.Signer.Name, "kms:Decrypt"),
        AwsFailure.NotFound => NotFound(operation),
        AwsFailure.Deleted => AwsErrors.Deleted(what),
        AwsFailure.DecryptionFailed => AwsErrors.DecryptionFailed(what),
        AwsFailure.Throttled => AwsErrors.Throttled(what),
        AwsFailure.ClockSkew => AwsErrors.ClockSkew(what),
        AwsFailure.Unreachable => AwsErrors.Unreachable(what, connection.Region),
        AwsFailure.Unavailable => AwsErrors.Other(what, AwsFailures.CodeOf(exception), retryable: true),
        _ => AwsErrors.Other(what, AwsFailures.CodeOf(exception), retryable: false),
    };

    private CredentialError ErrorOfIdentity(Exception exception, Connection connection) => AwsFailures.OfIdentity(exception, _transport.Skew) switch
    {
        AwsFailure.AccessDenied => AwsErrors.RoleDenied(what, connection.Signer.Name),
        AwsFailure.Throttled => AwsErrors.Throttled(what),
        AwsFailure.ClockSkew => AwsErrors.ClockSkew(what),
        AwsFailure.Unreachable => AwsErrors.Unreachable(what, connection.Region),
        AwsFailure.Unavailable => AwsErrors.Other(what, AwsFailures.CodeOf(exception), retryable: true),
        _ => AwsErrors.AuthRequired(what, connection.Signer.Name, connection.Signer.Repair),
    };

    private static bool IsOurs(Exception exception, CancellationToken cancellationToken) =>
        exception is not (CredentialException or OutOfMemoryException) && !cancellationToken.IsCancellationRequested;

    private sealed record Connection(AwsJsonClient Client, NamedCredentials Signer, string Region);
}
