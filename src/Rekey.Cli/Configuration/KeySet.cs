namespace Rekey.Cli.Configuration;

/// <summary>The keys that one object of the configuration may have.</summary>
/// <param name="Known">What this version reads; the schema lists the same.</param>
/// <param name="Later">What the design has and this version has not: refused by name, not as unknown.</param>
internal sealed record KeySet(IReadOnlyList<string> Known, IReadOnlyList<string> Later)
{
    public static KeySet Root { get; } = new(["$schema", "credentials", "authorities", "store"], ["servers"]);

    public static KeySet Credential { get; } = new(["kind", "from", "database", "rules", "verify", "required", "sensitive", "revocationLatencySeconds"], []);

    /// <summary>What a value must be like.</summary>
    public static KeySet Rules { get; } = new(["minLength", "startsWith", "pattern"], []);

    /// <summary>A value that an HTTP service proves.</summary>
    public static KeySet HttpVerify { get; } = new(["with", "url", "header", "prefix"], []);

    /// <summary>A value that is a password of Redis.</summary>
    public static KeySet RedisVerify { get; } = new(["with", "host", "port", "username", "tls"], []);

    /// <summary>A value that is a password, or the URL, of a database.</summary>
    public static KeySet DatabaseVerify { get; } = new(["with", "host", "port", "database", "username", "encrypt", "trustServerCertificate"], []);

    /// <summary>A value that nothing proves.</summary>
    public static KeySet NoVerify { get; } = new(["with"], []);

    /// <summary>A credential that is an AWS SSO session.</summary>
    public static KeySet AwsSso { get; } = new(["kind", "profile", "signIn", "redirectPort", "required"], []);

    /// <summary>A credential that is presented to Slack.</summary>
    public static KeySet Slack { get; } = new(
        ["kind", "from", "workspace", "clientId", "refreshIntervalDays", "autoRefresh", "address", "import", "required"], []);

    /// <summary>A credential that an OAuth 2.0 authorization server grants.</summary>
    public static KeySet OAuth { get; } = new(
        ["kind", "from", "grant", "issuer", "tokenEndpoint", "deviceEndpoint", "clientId", "clientAuth", "scopes", "audience", "resource", "required"], []);

    /// <summary>A command whose output is the secret.</summary>
    public static KeySet Command { get; } = new(["exec", "field", "env", "timeoutSeconds", "everySeconds"], []);

    /// <summary>Who is asked, where references alone do not say it.</summary>
    public static KeySet Authorities { get; } = new(["vault"], []);

    /// <summary>Which Vault.</summary>
    public static KeySet Vault { get; } = new(["address", "namespace", "caCert", "allowHttp", "auth"], []);

    /// <summary>How a token of Vault is obtained.</summary>
    public static KeySet VaultAuth { get; } = new(["method", "token", "path", "roleId", "secretId", "wrapped", "role", "jwt", "mount"], []);

    /// <summary>Where sessions are kept.</summary>
    public static KeySet Store { get; } = new(["path", "key"], []);

    /// <summary>The fixed parts of a database credential.</summary>
    public static KeySet Database { get; } = new(["engine", "host", "port", "database", "username", "encrypt", "trustServerCertificate"], []);
}

/// <summary>The words that stand for something in the configuration, and which of them this version can use.</summary>
internal static class Words
{
    public const string DatabaseKind = "database";
    public const string ValueKind = "value";
    public const string AwsSsoKind = "aws-sso";

    public const string SlackKind = "slack";
    public const string OAuthKind = "oauth";

    /// <summary>The token of a Vault: no kind of the file, but what is shown of the login there.</summary>
    public const string VaultKind = "vault";

    /// <summary>A document as a whole: no kind of the file, but what <c>SECRETS_ARN</c> names.</summary>
    public const string DocumentKind = "document";

    public static IReadOnlyList<string> Kinds { get; } = [DatabaseKind, ValueKind, AwsSsoKind, SlackKind, OAuthKind];

    public const string HttpVerifier = "http";
    public const string RedisVerifier = "redis";
    public const string PostgresVerifier = "postgres";
    public const string SqlServerVerifier = "sqlserver";
    public const string NoVerifier = "none";

    /// <summary>What can prove a value.</summary>
    public static IReadOnlyList<string> Verifiers { get; } = [HttpVerifier, RedisVerifier, PostgresVerifier, SqlServerVerifier, NoVerifier];

    public static IReadOnlyList<string> Schemes { get; } = ["env", "file", "aws-sm", "aws-ssm", "vault", "azure-kv", "credential"];

    /// <summary>The engines that this executable has a driver for.</summary>
    public static IReadOnlyList<string> Engines { get; } = ["postgres", "sqlite", "sqlserver"];

    public static string NotAvailable(string what) => $"{what} is not available in this version.";
}
