using System.Text;

namespace Rekey.Environment;

/// <summary>An environment variable. It cannot rotate: a process keeps the environment that it was started with.</summary>
public sealed class EnvironmentSource(string variable, IEnvironment environment, string? reference = null) : CredentialSource<SecretDocument>
{
    /// <inheritdoc/>
    public override string Reference { get; } = reference ?? $"env://{variable}";

    /// <inheritdoc/>
    public override bool CanRotate => false;

    /// <inheritdoc/>
    public override CredentialError Invalid(CredentialError error) => error with { NextStep = EnvironmentErrors.Correction(variable) };

    /// <inheritdoc/>
    public override ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var value = environment.Get(variable);
        if (string.IsNullOrEmpty(value))
            throw new CredentialException(EnvironmentErrors.VariableMissing(variable));
        if (Encoding.UTF8.GetByteCount(value) > SecretDocument.MaxBytes)
            throw new CredentialException(CredentialErrors.SecretTooLarge(Reference, SecretDocument.MaxBytes));
        return new(new SourceAnswer<SecretDocument>(SecretDocument.FromText(new Secret(value))));
    }
}
