namespace Rekey.Vault;

/// <summary>How one comes by a token.</summary>
public abstract record VaultAuth
{
    private protected VaultAuth()
    {
    }

    /// <summary>Its name for people.</summary>
    internal abstract string Method { get; }

    /// <summary>What is read anew for each login, and announces its changes.</summary>
    internal abstract CredentialSource<SecretDocument>? Input { get; }
}

/// <summary>A token that somebody else has obtained: from a variable, or from a file that another program keeps fresh. It is never revoked.</summary>
/// <param name="Given">Where it is read.</param>
public sealed record GivenTokenAuth(CredentialSource<SecretDocument> Given) : VaultAuth
{
    internal override string Method => "token";

    internal override CredentialSource<SecretDocument> Input => Given;
}

/// <summary>A login as a role of the AppRole method.</summary>
public sealed record AppRoleAuth : VaultAuth
{
    /// <summary>The id of the role. It is no secret.</summary>
    public required string RoleId { get; init; }

    /// <summary>Where the secret id is read; null for a role that is bound otherwise.</summary>
    public CredentialSource<SecretDocument>? SecretId { get; init; }

    /// <summary>Whether what is read is a token that wraps the secret id, and is opened once.</summary>
    public bool IsWrapped { get; init; }

    /// <summary>Where the method is mounted.</summary>
    public string Mount { get; init; } = "approle";

    internal override string Method => "approle";

    internal override CredentialSource<SecretDocument>? Input => SecretId;
}

/// <summary>A login with a JSON web token: that of a Kubernetes service account, of a build server, of an identity provider.</summary>
public sealed record JwtAuth : VaultAuth
{
    /// <summary>Where the Kubernetes method is mounted unless somebody says otherwise.</summary>
    public const string KubernetesMount = "kubernetes";

    /// <summary>Where Kubernetes puts the token of a pod's service account.</summary>
    public const string KubernetesPath = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>The role; null for the default one of the method.</summary>
    public string? Role { get; init; }

    /// <summary>Where the token is read, anew for each login.</summary>
    public required CredentialSource<SecretDocument> Jwt { get; init; }

    /// <summary>Where the method is mounted.</summary>
    public string Mount { get; init; } = "jwt";

    internal override string Method => Mount;

    internal override CredentialSource<SecretDocument> Input => Jwt;
}
