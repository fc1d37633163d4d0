using Rekey.Cli.Configuration;
using Rekey.Environment;
using Rekey.Files;
using Rekey.References;
using Rekey.Vault;

namespace Rekey.Cli.Composition;

/// <summary>The one Vault of a configuration: its token is a credential that everything read from it stands on, made when something is.</summary>
internal sealed class VaultSources : IDisposable
{
    private readonly CredentialParts _parts;
    private readonly VaultConfiguration _vault;
    private readonly DocumentSources _documents;
    private readonly string? _folder;
    private readonly Lazy<(VaultOptions? Options, BuiltCredential? Token, CredentialError? Error)> _opened;
    private HttpClient? _http;

    public VaultSources(RekeyConfiguration configuration, DocumentSources documents, CredentialParts parts)
    {
        (_parts, _vault, _documents, _folder) = (parts, configuration.Vault, documents, configuration.Folder);
        _opened = new(Open);
    }

    /// <summary>The token, which everything that is read stands on; null where there is none to make.</summary>
    public BuiltCredential? Token => _opened.Value.Token;

    /// <summary>What the place of a reference is asked with; set before anything is opened.</summary>
    public Func<SecretReference, BuiltCredential?> IdentityOf { get; set; } = static _ => null;

    /// <summary>What a reference names. With <paramref name="announces"/> the token's new leases are its news.</summary>
    public CredentialSource<SecretDocument> Source(SecretReference reference, bool announces)
    {
        var (options, token, error) = _opened.Value;
        if (error is not null)
            return new UnusableSource<SecretDocument>(reference.Text, error with { Message = $"{reference.Text}: {error.Message}" });
        if (VaultSource.ProblemOf(reference.Path, reference.Options.GetValueOrDefault("namespace")) is { } problem)
            return new UnusableSource<SecretDocument>(reference.Text, CredentialErrors.SourceRefused(reference.Text, problem.TrimEnd('.'), "Correct the reference."));
        VaultEngine? engine = reference.Options.TryGetValue("engine", out var name) && VaultEngines.TryParse(name, out var known) ? known : null;
        return new VaultSource(reference.Path, (ManagedCredential<VaultToken>)token!.Credential, options!, engine, reference.Options.GetValueOrDefault("namespace"), reference.WithoutField().Text)
        {
            AnnouncesParent = announces,
        };
    }

    public void Dispose() => _http?.Dispose();

    private (VaultOptions? Options, BuiltCredential? Token, CredentialError? Error) Open()
    {
        var written = _vault.Address ?? _parts.Environment.Get(Variables.VaultAddress);
        if (string.IsNullOrEmpty(written))
            return (null, null, Missing("no Vault is named", $"Set authorities.vault.address in rekey.json, or {Variables.VaultAddress}."));
        if (!Uri.TryCreate(written, UriKind.Absolute, out var address))
            return (null, null, Missing($"{Variables.VaultAddress} is no address", "Set it to an address such as https://vault.internal:8200."));
        System.Security.Cryptography.X509Certificates.X509Certificate2Collection? authorities = null;
        if (Value(_vault.CaCert, Variables.VaultCaCert) is { } file && !VaultTrust.TryRead(FullPath(file), out authorities, out var problem))
            return (null, null, Missing($"the file of its certificate authorities {problem}", "Correct authorities.vault.caCert, or VAULT_CACERT."));
        _http = authorities is null ? BoundedHttp.CreateClient() : BoundedHttp.CreateClientTrusting(authorities);
        var options = new VaultOptions
        {
            Address = address,
            Namespace = Value(_vault.Namespace, Variables.VaultNamespace),
            AllowHttp = _vault.AllowHttp,
            Http = _http,
            Secrets = _parts.Secrets,
            Logger = _parts.Logger,
            Time = _parts.Time,
        };
        if (options.Problems().FirstOrDefault() is { } wrong)
            return (null, null, Missing(wrong, $"Correct {Variables.VaultAddress} or {Variables.VaultNamespace}."));
        return (options, TokenOf(new VaultTokenSource(options, Authentication())), null);
    }

    // What a login shows may itself be read with a session that a human has to renew: then it is that one who is asked.
    private BuiltCredential TokenOf(VaultTokenSource source)
    {
        var identity = (_vault.Token ?? _vault.SecretId ?? _vault.Jwt) is { } shown ? IdentityOf(shown) : null;
        var token = new ManagedCredential<VaultToken>(_parts.Options(source.Reference, Words.VaultKind, source) with
        {
            Verifier = source.VerifyAsync,
            Parent = identity?.Credential,
            ParentBond = ParentBond.Access,
        });
        return new BuiltCredential(token, identity is null ? 0 : identity.Depth + 1);
    }

    private VaultAuth Authentication() => _vault.Method switch
    {
        "approle" => new AppRoleAuth
        {
            RoleId = _vault.RoleId!,
            SecretId = _vault.SecretId is { } secretId ? Read(secretId) : null,
            IsWrapped = _vault.IsWrapped,
            Mount = _vault.Mount ?? "approle",
        },
        "kubernetes" => new JwtAuth { Role = _vault.Role, Jwt = FileAt(_vault.Path ?? JwtAuth.KubernetesPath), Mount = _vault.Mount ?? JwtAuth.KubernetesMount },
        "jwt" => new JwtAuth { Role = _vault.Role, Jwt = Read(_vault.Jwt!), Mount = _vault.Mount ?? "jwt" },
        "token" => new GivenTokenAuth(Read(_vault.Token!)),
        "token-file" => new GivenTokenAuth(FileAt(_vault.Path ?? TokenFile)),
        // As the command line of Vault does: the variable, else the file in which 'vault login' leaves its token.
        _ => new GivenTokenAuth(string.IsNullOrEmpty(_parts.Environment.Get(Variables.VaultToken))
            ? FileAt(TokenFile, $"file://{FullPath(TokenFile)} (neither {Variables.VaultToken} nor authorities.vault.auth is set)")
            : new EnvironmentSource(Variables.VaultToken, _parts.Environment)),
    };

    private static string TokenFile => "~/.vault-token";

    // The content, or the one field of it that the reference names.
    private CredentialSource<SecretDocument> Read(SecretReference reference)
    {
        var source = _documents.Open(reference);
        return reference.Field is null ? source : new ReadingSource<SecretDocument>(
            source, document => SecretDocument.FromText(SecretValueReader.Read(document, reference.Field, reference.Text).Value));
    }

    private FileSource FileAt(string path, string? reference = null) => new(FullPath(path), _parts.Time, reference, _parts.Logger);

    private string FullPath(string path) => ConfiguredPath.Of(path, _folder, _parts.Environment);

    private string? Value(string? configured, string variable) =>
        configured ?? (_parts.Environment.Get(variable) is { Length: > 0 } value ? value : null);

    private static CredentialError Missing(string what, string nextStep) => CredentialErrors.SourceRefused("vault", what, nextStep);
}
