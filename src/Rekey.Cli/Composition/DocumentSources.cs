using Rekey.Cli.Configuration;
using Rekey.Environment;
using Rekey.Exec;
using Rekey.Files;
using Rekey.References;

namespace Rekey.Cli.Composition;

/// <summary>Opens the place that a reference names.</summary>
internal sealed class DocumentSources(CredentialParts parts, AwsIdentities identities, string? folder) : IDisposable
{
    private readonly AwsSources _aws = new(parts, identities);
    private readonly AzureSources _azure = new(parts);

    public CredentialSource<SecretDocument> Open(SecretReference reference) => reference.Scheme switch
    {
        "env" => Variable(reference),
        "file" => FileAt(reference.Path, reference),
        "aws-sm" => _aws.Secret(reference),
        "aws-ssm" => _aws.Parameter(reference),
        "azure-kv" => _azure.Secret(reference),
        _ => throw new InvalidOperationException($"The configuration let '{reference.Scheme}://' through."),
    };

    public void Dispose() => _azure.Dispose();

    /// <summary>Runs the command that an entry names.</summary>
    public CredentialSource<SecretDocument> Run(Origin.Command command)
    {
        var usual = new ExecOptions { Command = command.Arguments, Environment = parts.Environment.Get, Variables = command.Variables, Time = parts.Time };
        return new ExecSource(usual with { Timeout = command.Timeout ?? usual.Timeout, Every = command.Every ?? usual.Every });
    }

    private CredentialSource<SecretDocument> Variable(SecretReference reference)
    {
        var named = SecretVariable.SetAs(parts.Environment, reference.Path) ?? reference.Path;
        if (named == reference.Path)
            return new EnvironmentSource(reference.Path, parts.Environment, reference.Text);
        var file = parts.Environment.Get(named)!;
        return Path.IsPathFullyQualified(file)
            ? new FileSource(file, parts.Time, reference.Text, parts.Logger, FileFormat.Text, $"{reference.Text} ({named}: {file})")
            : new UnusableSource<SecretDocument>(reference.Text, CredentialErrors.SourceUnavailable(
                reference.Text, $"{named} is no absolute path", "Set it to the whole path of the file."));
    }

    private CredentialSource<SecretDocument> FileAt(string path, SecretReference reference)
    {
        FileFormat? format = reference.Options.TryGetValue("format", out var name) ? FileFormats.Names[name] : null;
        if (!path.StartsWith(SecretReference.CredentialsDirectory, StringComparison.Ordinal))
            return new FileSource(FullPath(path), parts.Time, reference.Text, parts.Logger, format);
        return parts.Environment.Get(Variables.CredentialsDirectory) is { Length: > 0 } directory && Path.IsPathFullyQualified(directory)
            ? new FileSource(Path.Combine(directory, path[SecretReference.CredentialsDirectory.Length..]), parts.Time, reference.Text, parts.Logger, format)
            : new UnusableSource<SecretDocument>(reference.Text, CredentialErrors.SourceUnavailable(
                reference.Text, $"{Variables.CredentialsDirectory} is not set", "systemd sets it for a unit that has LoadCredential= or LoadCredentialEncrypted=."));
    }

    // Relative to the configuration, never to the working directory, which may be anybody's.
    private string FullPath(string path) => Path.IsPathFullyQualified(path)
        ? path
        : Path.GetFullPath(path, folder ?? throw new InvalidOperationException("Only a configuration file can name files relatively."));
}
