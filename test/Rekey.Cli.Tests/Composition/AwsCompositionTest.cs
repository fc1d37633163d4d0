using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Cli.Tests.Configuration;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Cli.Tests.Composition;

/// <summary>Credentials as the executable composes them, before an account of AWS on loopback.</summary>
public abstract class AwsCompositionTest : LeakCheckedTest
{
    private readonly TemporaryFolder _home = new();

    protected AwsCompositionTest()
    {
        var account = new AwsAccount();
        Server = new SecretsManagerServer(account);
        var caller = account.Add(Principal.NewUser());
        Environment["HOME"] = _home.Path;
        Environment["AWS_REGION"] = account.Region;
        Environment["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = Server.Address.ToString();
        Environment["AWS_ACCESS_KEY_ID"] = caller.AccessKeyId;
        Environment["AWS_SECRET_ACCESS_KEY"] = Plant(caller.SecretAccessKey.Reveal()).Reveal();
    }

    protected FakeEnvironment Environment { get; } = new();

    protected SecretsManagerServer Server { get; }

    protected SecretRedactor Redactor { get; } = new();

    /// <summary>The events of the log, by their numbers.</summary>
    protected ConcurrentQueue<int> Events { get; } = new();

    private protected CredentialSet Build(RekeyConfiguration configuration) => CredentialSet.Of(configuration, new CredentialParts
    {
        Environment = Environment,
        Secrets = Redactor,
        Driver = DatabaseDrivers.All,
        Logger = new EventLogger(Events, Logger),
        Time = TimeProvider.System,
        Policy = new RefreshPolicy { VerifyAttempts = 1, PaceInterval = TimeSpan.FromMilliseconds(10) },
    });

    private protected static ManagedCredential Get(CredentialSet set, string name) =>
        set.Configured.TryGet(name, out var credential) ? credential : throw new InvalidOperationException(name);

    private protected static string? ValueOf(CredentialSet set, string name) => ((ManagedCredential<SecretValue>)Get(set, name)).Active?.Credential.Value.Reveal();

    private protected static async Task<RefreshResult> RefreshAsync(CredentialSet set, string name) =>
        await Get(set, name).RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken);

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        _home.Dispose();
        await base.DisposeAsync();
    }

    private sealed class EventLogger(ConcurrentQueue<int> events, ILogger next) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            events.Enqueue(eventId.Id);
            next.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
