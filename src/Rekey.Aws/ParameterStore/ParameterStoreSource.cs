using System.Text.Json;
using Rekey.Aws.Client;

namespace Rekey.Aws.ParameterStore;

/// <summary>A parameter of AWS Systems Manager Parameter Store, decrypted. It knows no pending version: it has no rotation.</summary>
public sealed class ParameterStoreSource : CredentialSource<SecretDocument>, IDisposable
{
    private static readonly AwsOperation GetParameter =
        new("GetParameter", "ssm:GetParameter", "the name of the parameter, the account and the region (AWS_REGION)");

    private readonly string _name;
    private readonly AwsCaller _caller;

    /// <summary>Makes a source that reads the parameter of a name or an ARN, with <c>:version</c> or <c>:label</c> behind it if one is meant.</summary>
    public ParameterStoreSource(string name, AwsAccess access, string? reference = null)
    {
        _name = name;
        Reference = reference ?? $"aws-ssm://{name}";
        _caller = new AwsCaller(AwsService.ParameterStore, access, Reference, AwsArn.TryParse(name, out var arn) ? arn.Region : null);
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        var response = await _caller.InvokeAsync(GetParameter, Write, cancellationToken).ConfigureAwait(false);
        if (response.Of("Parameter", JsonValueKind.Object) is not { } parameter
            || !parameter.TryGetProperty("Value", out var value) || value.ValueKind is not JsonValueKind.String || value.GetString() is not { Length: > 0 } text)
            throw new CredentialException(AwsErrors.Unreadable(Reference));
        var version = parameter.TryGetProperty("Version", out var number) && number.ValueKind is JsonValueKind.Number ? number.GetRawText() : null;
        return new SourceAnswer<SecretDocument>(SecretDocument.FromText(new Secret(text))) { Version = version };
    }

    /// <inheritdoc/>
    public override CredentialError Invalid(CredentialError error) => error with { Code = AwsErrors.InvalidCode };

    /// <inheritdoc/>
    public void Dispose() => _caller.Dispose();

    private void Write(Utf8JsonWriter json)
    {
        json.WriteString("Name", _name);
        json.WriteBoolean("WithDecryption", true);
    }
}
