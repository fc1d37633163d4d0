using Rekey.Aws.Sso;
using Rekey.Databases;
using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>What is configured: the credentials, and what the operator should know although nothing is wrong.</summary>
internal sealed record RekeyConfiguration
{
    /// <summary>Where it was read: the path of a file, or the environment.</summary>
    public required string Origin { get; init; }

    /// <summary>The folder that relative file references start from; null without a file.</summary>
    public string? Folder { get; init; }

    public IReadOnlyList<CredentialConfiguration> Credentials { get; init; } = [];

    /// <summary>Which Vault is asked.</summary>
    public VaultConfiguration Vault { get; init; } = new();

    /// <summary>Where sessions are kept.</summary>
    public StoreConfiguration Store { get; init; } = new();

    /// <summary>The AWS profile that the environment names; null where a file configures.</summary>
    public string? AwsProfile { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>What a credential is, and so how its content is read.</summary>
internal enum CredentialKind
{
    /// <summary>A login at a database: a JSON document or a URL.</summary>
    Database,

    /// <summary>One text, verbatim.</summary>
    Value,

    /// <summary>A session of AWS SSO, and what a profile obtains through it.</summary>
    AwsSso,

    /// <summary>What is presented to Slack.</summary>
    Slack,

    /// <summary>A token of an OAuth 2.0 authorization server.</summary>
    OAuth,

    /// <summary>A document whose fields become credentials of their names.</summary>
    Document,

    /// <summary>Whatever a reference names, a text or a document, that is only to be hidden.</summary>
    Content,
}

/// <summary>One credential as the operator described it.</summary>
internal sealed record CredentialConfiguration
{
    public required string Name { get; init; }

    public required CredentialKind Kind { get; init; }

    /// <summary>Where it comes from, in order. Empty where it comes from a human alone: a session of SSO, a sign-in with a code.</summary>
    public IReadOnlyList<Origin> From { get; init; } = [];

    /// <summary>The AWS profile of an SSO session.</summary>
    public string? Profile { get; init; }

    /// <summary>How a human signs in to an SSO session.</summary>
    public SignInFlow? SignIn { get; init; }

    /// <summary>The port of this machine to which a browser returns from a sign-in.</summary>
    public int? RedirectPort { get; init; }

    /// <summary>What a Slack credential is refreshed with.</summary>
    public SlackConfiguration? Slack { get; init; }

    /// <summary>What an OAuth credential is granted by.</summary>
    public OAuthConfiguration? OAuth { get; init; }

    /// <summary>The fixed parts of a database.</summary>
    public DatabaseParts? Database { get; init; }

    /// <summary>What a value must be like.</summary>
    public SecretRules? Rules { get; init; }

    /// <summary>How a value is proved; null where nobody said.</summary>
    public VerifyConfiguration? Verify { get; init; }

    /// <summary>How long what its authority has taken away is still used; null for the policy's own.</summary>
    public TimeSpan? RevocationLatency { get; init; }

    public bool IsRequired { get; init; } = true;

    public bool IsSensitive { get; init; } = true;

    public IEnumerable<SecretReference> References => From.SelectMany(static origin => origin.References);
}

/// <summary>One entry of <c>from</c>.</summary>
internal abstract record Origin
{
    private Origin()
    {
    }

    public abstract IEnumerable<SecretReference> References { get; }

    /// <summary>One reference.</summary>
    internal sealed record Single(SecretReference Reference) : Origin
    {
        public override IEnumerable<SecretReference> References => [Reference];
    }

    /// <summary>The output of a command.</summary>
    /// <param name="Arguments">The program and its arguments.</param>
    /// <param name="Field">The one field of the output that is meant; null for the whole.</param>
    /// <param name="Variables">What it gets of the environment besides the usual.</param>
    /// <param name="Timeout">How long it may take.</param>
    /// <param name="Every">How often it is run.</param>
    internal sealed record Command(IReadOnlyList<string> Arguments, string? Field, IReadOnlyList<string> Variables, TimeSpan? Timeout, TimeSpan? Every) : Origin
    {
        public override IEnumerable<SecretReference> References => [];
    }

    /// <summary>A document, composed field by field.</summary>
    internal sealed record Composed(IReadOnlyDictionary<string, SecretReference> Parts) : Origin
    {
        public override IEnumerable<SecretReference> References => Parts.Values;
    }
}
