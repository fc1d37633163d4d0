namespace Rekey.Testing.Aws;

/// <summary>A role that can be assumed.</summary>
public sealed class AwsRole(string name)
{
    public string Name => name;

    public string Arn => $"arn:aws:iam::{AwsAccount.Id}:role/{name}";

    /// <summary>Who may assume it.</summary>
    public Func<Principal, bool> Trusts { get; set; } = static _ => true;

    /// <summary>The web identity token that it trusts, or null.</summary>
    public Secret? WebIdentityToken { get; set; }

    /// <summary>What its sessions may not do.</summary>
    public IReadOnlyCollection<string> Denied { get; init; } = [];
}
