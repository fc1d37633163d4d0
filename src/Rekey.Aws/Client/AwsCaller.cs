using System.Text.Json;
using Amazon.Runtime;

namespace Rekey.Aws.Client;

/// <summary>
/// Calls operations of one service for one secret, and says what went wrong in our words. The client is built on the first call,
/// never when a server starts, and anew after a refused identity, so that a human's sign-in anywhere is noticed.
/// </summary>
internal sealed class AwsCaller(AwsService service, AwsAccess access, string what, string? region) : IDisposable
{
    private readonly AwsIdentity _identity = new(access);
    private readonly AwsTransport _transport = new(access.Time);
    private readonly SemaphoreSlim _building = new(1, 1);
    private volatile Connection? _connection;

    /// <summary>Where it is asked. Throws <c>AWS_REGION_REQUIRED</c> when nothing says it.</summary>
    public string Region => access.Region ?? region ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION")
        ?? access.Session?.Active?.Credential.Region ?? _identity.Region
        ?? throw new CredentialException(AwsErrors.RegionRequired(what));

    /// <summary>One call. Every failure but a cancellation is a <see cref="CredentialException"/>.</summary>
    public async Task<AwsJsonResponse> InvokeAsync(AwsOperation operation, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        var connection = _connection ?? await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await SignInAsync(connection.Credentials, cancellationToken).ConfigureAwait(false);
        try
        {
            return await connection.Client.InvokeAsync(operation.Name, write, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (CredentialException or OutOfMemoryException) && !cancellationToken.IsCancellationRequested)
        {
            var failure = AwsFailures.Of(e, _transport.Skew);
            if (failure is AwsFailure.IdentityRefused)
                Forget(connection, atRole: false);
            throw new CredentialException(ErrorOf(failure, e, operation));
        }
    }

    public void Dispose()
    {
        _connection?.Client.Dispose();
        _transport.Dispose();
        _building.Dispose();
    }

    private async Task<Connection> ConnectAsync(CancellationToken cancellationToken)
    {
        await _building.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _connection ??= await BuildAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _building.Release();
        }
    }

    private async Task<Connection> BuildAsync(CancellationToken cancellationToken)
    {
        var configuration = new AwsClientConfiguration(service, Region) { HttpClientFactory = _transport };
        if (access.Endpoint is { } endpoint)
            configuration.ServiceURL = endpoint.ToString();
        var credentials = await FindAsync(configuration, cancellationToken).ConfigureAwait(false);
        return new Connection(new AwsJsonClient(service, credentials, configuration), credentials);
    }

    private async Task<AWSCredentials> FindAsync(AwsClientConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            return await _identity.FindAsync(configuration, cancellationToken).ConfigureAwait(false)
                ?? throw new CredentialException(AwsErrors.ProfileNotFound(what, access.Profile ?? Variable("AWS_PROFILE") ?? "default"));
        }
        catch (Exception e) when (e is not (CredentialException or OutOfMemoryException) && !cancellationToken.IsCancellationRequested)
        {
            throw new CredentialException(ErrorOfIdentity(e));
        }
    }

    // Before the call, so that a failure on the way to an identity is told from one of the service.
    private async Task SignInAsync(AWSCredentials credentials, CancellationToken cancellationToken)
    {
        try
        {
            var keys = await credentials.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            Register(keys);
        }
        catch (Exception e) when (e is not (CredentialException or OutOfMemoryException) && !cancellationToken.IsCancellationRequested)
        {
            if (_connection is { } connection)
                Forget(connection, atRole: AwsFailures.Of(e, _transport.Skew) is AwsFailure.IdentityRefused);
            throw new CredentialException(ErrorOfIdentity(e));
        }
    }

    private void Register(ImmutableCredentials keys)
    {
        if (access.Secrets is not { } secrets)
            return;
        secrets.Register("aws", "access_key_id", new Secret(keys.AccessKey));
        secrets.Register("aws", "secret_access_key", new Secret(keys.SecretKey));
        if (keys.UseToken)
            secrets.Register("aws", "session_token", new Secret(keys.Token));
    }

    // Calls under way end on the client that they began on.
    private void Forget(Connection connection, bool atRole)
    {
        _identity.Reject(atRole);
        Interlocked.CompareExchange(ref _connection, null, connection);
    }

    private CredentialError ErrorOf(AwsFailure failure, Exception exception, AwsOperation operation) => failure switch
    {
        AwsFailure.IdentityRefused => AwsErrors.AuthRequired(what, _identity.Name, _identity.Repair),
        AwsFailure.AccessDenied => AwsErrors.AccessDenied(what, _identity.Name, operation.Permission),
        AwsFailure.KeyDenied => AwsErrors.AccessDenied(what, _identity.Name, "kms:Decrypt"),
        AwsFailure.NotFound => AwsErrors.NotFound(what, Region, operation.Settings),
        AwsFailure.Deleted => AwsErrors.Deleted(what),
        AwsFailure.DecryptionFailed => AwsErrors.DecryptionFailed(what),
        AwsFailure.Throttled => AwsErrors.Throttled(what),
        AwsFailure.ClockSkew => AwsErrors.ClockSkew(what),
        AwsFailure.Unreachable => AwsErrors.Unreachable(what, Region),
        AwsFailure.Unavailable => AwsErrors.Other(what, AwsFailures.CodeOf(exception), retryable: true),
        _ => AwsErrors.Other(what, AwsFailures.CodeOf(exception), retryable: false),
    };

    private CredentialError ErrorOfIdentity(Exception exception) => AwsFailures.Of(exception, _transport.Skew) switch
    {
        AwsFailure.AccessDenied => AwsErrors.RoleDenied(what, _identity.Name),
        AwsFailure.Throttled => AwsErrors.Throttled(what),
        AwsFailure.ClockSkew => AwsErrors.ClockSkew(what),
        AwsFailure.Unreachable or AwsFailure.Unavailable when AwsFailures.IsOfService(exception) => AwsErrors.Unreachable(what, Region),
        _ => AwsErrors.AuthRequired(what, _identity.Name, _identity.Repair),
    };

    private string? Variable(string name) => access.Environment.Get(name) is { Length: > 0 } value ? value : null;

    private sealed record Connection(AwsJsonClient Client, AWSCredentials Credentials);
}
