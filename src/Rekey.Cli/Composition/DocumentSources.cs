using Rekey.Environment;
using Rekey.Files;
using Rekey.References;

namespace Rekey.Cli.Composition;

/// <summary>Opens the place that a reference names.</summary>
internal sealed class DocumentSources(CredentialParts parts, AwsIdentities identities, string? folder)
{
    private readonly AwsSources _aws = new(parts, identities);

    public CredentialSource<SecretDocument> Open(SecretReference reference) => reference.Scheme switch
    {
        "env" => new EnvironmentSource(reference.Path, parts.Environment, reference.Text),
        "file" => new FileSource(FullPath(reference.Path), parts.Time, reference.Text, parts.Logger),
        "aws-sm" => _aws.Secret(reference),
        "aws-ssm" => _aws.Parameter(reference),
        _ => throw new InvalidOperationException($"The configuration let '{reference.Scheme}://' through."),
    };

    // Relative to the configuration, never to the working directory, which may be anybody's.
    private string FullPath(string path) =>
        Path.GetFullPath(path, folder ?? throw new InvalidOperationException("Only a configuration file can name files."));
}
