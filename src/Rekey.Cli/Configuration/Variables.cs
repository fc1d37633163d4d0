namespace Rekey.Cli.Configuration;

/// <summary>The environment variables that this version reads by itself. Those that references name are the operator's.</summary>
internal static class Variables
{
    public const string ConfigurationFile = "REKEY_CONFIG";
    public const string LogLevel = "REKEY_LOG";
    public const string DatabaseUrl = "DATABASE_URL";
    public const string AwsAccount = "AWS_ACCOUNT_ID";
    public const string AwsSecret = "SECRET_NAME";
    public const string AwsRegion = "AWS_REGION";
    public const string TrustServerCertificate = "TRUST_SERVER_CERTIFICATE";
    public const string SecretsArn = "SECRETS_ARN";
    public const string SlackBotToken = "SLACK_BOT_TOKEN";
    public const string SlackUserToken = "SLACK_USER_TOKEN";
    public const string SlackCookie = "SLACK_COOKIE_D";
    public const string SlackWorkspace = "SLACK_WORKSPACE";
    public const string SlackCredentialsPath = "SLACK_CREDENTIALS_PATH";
    public const string SlackRefreshInterval = "SLACK_REFRESH_INTERVAL_DAYS";
    public const string SlackRefreshEnabled = "SLACK_REFRESH_ENABLED";
    public const string VaultAddress = "VAULT_ADDR";
    public const string VaultToken = "VAULT_TOKEN";
    public const string VaultNamespace = "VAULT_NAMESPACE";
    public const string VaultCaCert = "VAULT_CACERT";
    public const string CredentialsDirectory = "CREDENTIALS_DIRECTORY";
    public const string StateHome = "XDG_STATE_HOME";
    public const string WindowsStateHome = "LOCALAPPDATA";
    public const string ConfigurationHome = "XDG_CONFIG_HOME";
    public const string RuntimeFolder = "XDG_RUNTIME_DIR";
    public const string Home = "HOME";
    public const string AwsProfile = "AWS_PROFILE";
    public const string AwsDefaultProfile = "AWS_DEFAULT_PROFILE";
    public const string WindowsConfigurationHome = "APPDATA";

    public static IReadOnlyList<string> All { get; } =
    [
        ConfigurationFile, LogLevel, DatabaseUrl, AwsAccount, AwsSecret, AwsRegion, TrustServerCertificate, SecretsArn,
        SlackBotToken, SlackUserToken, SlackCookie, SlackWorkspace, SlackCredentialsPath, SlackRefreshInterval, SlackRefreshEnabled, VaultAddress, VaultToken, VaultNamespace, VaultCaCert, CredentialsDirectory, StateHome, WindowsStateHome,
        ConfigurationHome, RuntimeFolder, Home, AwsProfile, AwsDefaultProfile, WindowsConfigurationHome,
    ];
}
