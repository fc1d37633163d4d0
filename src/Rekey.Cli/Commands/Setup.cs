using Microsoft.Extensions.Logging;
using Rekey.Aws.Sso;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Cli.Logging;

namespace Rekey.Cli.Commands;

/// <summary>What every command needs that works with the configuration: it is read, the log is open, the warnings are told.</summary>
internal sealed class Setup : IDisposable
{
    private readonly Surroundings _surroundings;

    private Setup(RekeyConfiguration configuration, ErrorLogFactory loggers, Surroundings surroundings)
    {
        Configuration = configuration;
        Loggers = loggers;
        Logger = loggers.CreateLogger("rekey");
        _surroundings = surroundings;
    }

    public RekeyConfiguration Configuration { get; }

    public ILoggerFactory Loggers { get; }

    public ILogger Logger { get; }

    public DatabaseDrivers Drivers => DatabaseDrivers.All;

    /// <summary>Throws <see cref="ConfigurationException"/> or <see cref="UsageException"/>.</summary>
    public static Setup Of(Invocation invocation, Surroundings surroundings) =>
        Of(invocation, surroundings, () => ReadConfiguration(invocation, surroundings));

    /// <summary>The same with a configuration that was not read as usual.</summary>
    public static Setup Of(Invocation invocation, Surroundings surroundings, Func<RekeyConfiguration> read)
    {
        var level = LevelOf(invocation, surroundings);
        var configuration = read();
        var log = new ErrorLog(surroundings.Terminal.Error, level, surroundings.Time);
        var setup = new Setup(configuration, new ErrorLogFactory(log, surroundings.Redactor), surroundings);
        foreach (var warning in configuration.Warnings)
            CliLog.Configuration(setup.Logger, warning);
        CliLog.Configured(setup.Logger, configuration.Credentials.Count, configuration.Origin);
        return setup;
    }

    /// <summary>What is configured by the file that was named, by the user's own, or by the environment.</summary>
    public static RekeyConfiguration ReadConfiguration(Invocation invocation, Surroundings surroundings) =>
        ConfigurationReader.Read(invocation[Option.Config], surroundings.Environment, surroundings.IsWindows);

    /// <summary>The credentials; <paramref name="signIn"/> is how a human signs in to AWS, whatever a credential says.</summary>
    public CredentialSet BuildCredentials(RefreshPolicy policy, SignInFlow? signIn = null, bool verifies = true) => CredentialSet.Of(Configuration, new CredentialParts
    {
        Environment = _surroundings.Environment,
        Secrets = _surroundings.Redactor,
        Driver = Drivers,
        Logger = Logger,
        Time = _surroundings.Time,
        Policy = policy,
        Verifies = verifies,
        IsWindows = _surroundings.IsWindows,
        SignIn = signIn,
        Browser = _surroundings.Browser,
    });

    public void Dispose() => Loggers.Dispose();

    private static LogLevel LevelOf(Invocation invocation, Surroundings surroundings)
    {
        var (written, where) = invocation[Option.LogLevel] is { } option
            ? (option, Option.LogLevel.Name)
            : (surroundings.Environment.Get(Variables.LogLevel), Variables.LogLevel);
        if (string.IsNullOrEmpty(written))
            return LogLevel.Warning;
        return LogLevels.Parse(written)
            ?? throw new UsageException($"{where} has no level {Names.Print(written)} ({string.Join(", ", LogLevels.Names)}).{Names.DidYouMean(written, LogLevels.Names)}");
    }
}
