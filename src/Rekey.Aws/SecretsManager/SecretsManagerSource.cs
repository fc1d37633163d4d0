using System.Text.Json;
using Rekey.Aws.Client;

namespace Rekey.Aws.SecretsManager;

/// <summary>A secret of AWS Secrets Manager. Its versions are known by their ids, so that an unchanged secret is known for one.</summary>
public sealed class SecretsManagerSource : CredentialSource<SecretDocument>, IDisposable
{
    private const string Current = "AWSCURRENT";
    private const string Pending = "AWSPENDING";

    private static readonly AwsOperation GetSecretValue =
        new("GetSecretValue", "secretsmanager:GetSecretValue", "the name of the secret (SECRET_NAME), the account (AWS_ACCOUNT_ID), the region (AWS_REGION) and the stage");

    private readonly SecretName _name;
    private readonly string _stage;
    private readonly AwsCaller _caller;
    private volatile bool _goesByPlainName;

    /// <summary>Makes a source that reads the secret of a name or an ARN.</summary>
    /// <param name="name">The name, the full ARN, or the ARN without the suffix that AWS appended.</param>
    /// <param name="access">Where AWS is asked, and as whom.</param>
    /// <param name="stage">The version stage; null for the current one.</param>
    /// <param name="reference">The reference as the operator wrote it.</param>
    public SecretsManagerSource(string name, AwsAccess access, string? stage = null, string? reference = null)
    {
        _name = new SecretName(name);
        _stage = stage ?? Current;
        Reference = reference ?? $"aws-sm://{name}";
        _caller = new AwsCaller(AwsService.SecretsManager, access, Reference, _name.Region);
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        var response = _goesByPlainName && _name.PlainName is { } plain
            ? await GetOwnAsync(plain, _stage, cancellationToken).ConfigureAwait(false)
            : await GetAsync(_stage, cancellationToken).ConfigureAwait(false);
        return AnswerIn(response);
    }

    /// <summary>
    /// While the database refuses the current version: the one that a rotation has set there already and not finished. One that is
    /// left from a failed rotation is refused by the database as well.
    /// </summary>
    public override async ValueTask<SourceAnswer<SecretDocument>?> FetchPendingAsync(Lease<SecretDocument> refused, CancellationToken cancellationToken)
    {
        if (_stage != Current)
            return null;
        try
        {
            var response = _goesByPlainName && _name.PlainName is { } plain
                ? await GetOwnAsync(plain, Pending, cancellationToken).ConfigureAwait(false)
                : await CallAsync(_name.Text, Pending, cancellationToken).ConfigureAwait(false);
            return response.Text("VersionId") == refused.Version ? null : AnswerIn(response);
        }
        catch (CredentialException e) when (e.Error.Code == AwsErrors.NotFoundCode)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override CredentialError Invalid(CredentialError error) => error with { Code = AwsErrors.InvalidCode };

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();

    private async Task<AwsJsonResponse> GetAsync(string stage, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(_name.Text, stage, cancellationToken).ConfigureAwait(false);
        }
        catch (CredentialException e) when (_name.PlainName is not null && e.Error.IsWithdrawal)
        {
            // Whoever may read one ARN alone is denied, not told that the shorter one does not exist.
            if (await TryGetOwnAsync(_name.PlainName, stage, cancellationToken).ConfigureAwait(false) is not { } response)
                throw;
            _goesByPlainName = true;
            return response;
        }
    }

    private async Task<AwsJsonResponse?> TryGetOwnAsync(string name, string stage, CancellationToken cancellationToken)
    {
        try
        {
            return await GetOwnAsync(name, stage, cancellationToken).ConfigureAwait(false);
        }
        catch (CredentialException e) when (e.Error.IsWithdrawal)
        {
            return null;
        }
    }

    private async Task<AwsJsonResponse> GetOwnAsync(string name, string stage, CancellationToken cancellationToken)
    {
        var response = await CallAsync(name, stage, cancellationToken).ConfigureAwait(false);
        return _name.IsOfAccount(response.Text("ARN"))
            ? response
            : throw new CredentialException(_caller.NotFound(GetSecretValue));
    }

    private Task<AwsJsonResponse> CallAsync(string secretId, string stage, CancellationToken cancellationToken) =>
        _caller.InvokeAsync(GetSecretValue, json => Write(json, secretId, stage), cancellationToken);

    private static void Write(Utf8JsonWriter json, string secretId, string stage)
    {
        json.WriteString("SecretId", secretId);
        json.WriteString("VersionStage", stage);
    }

    private SourceAnswer<SecretDocument> AnswerIn(AwsJsonResponse response)
    {
        if (response.Text("SecretString") is not { } text)
        {
            throw new CredentialException(response.Of("SecretBinary", JsonValueKind.String) is not null
                ? AwsErrors.Binary(Reference)
                : AwsErrors.Unreadable(Reference));
        }
        if (text.Length == 0)
            throw new CredentialException(Invalid(CredentialErrors.SecretInvalid(Reference, "content: empty")));
        return new SourceAnswer<SecretDocument>(SecretDocument.FromText(new Secret(text))) { Version = response.Text("VersionId") };
    }
}
