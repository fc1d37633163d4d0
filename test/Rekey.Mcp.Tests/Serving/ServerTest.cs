using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Databases;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Sessions;

namespace Rekey.Mcp.Tests.Serving;

/// <summary>
/// Tests over a real client and server. Every byte that leaves the server and every line of its log is searched for planted secrets
/// when the test ends, and every answer of a tool is checked against the tool's own output schema.
/// </summary>
public abstract class ServerTest : LeakCheckedTest
{
    private readonly ConcurrentBag<Session> _sessions = [];
    private readonly List<IAsyncDisposable> _resources = [];
    private readonly MemoryCredentialStore _memory = new();

    /// <summary>Both shapes of the protocol: with a handshake and without.</summary>
    public static TheoryData<string> Eras => ["2025-11-25", "2026-07-28"];

    protected CredentialRegistry Registry { get; } = new();

    protected SecretRedactor Redactor { get; } = new();

    protected List<DatabaseBinding> Databases { get; } = [];

    protected CredentialEvents Events { get; } = new();

    protected ISessionFinder? Sessions { get; set; }

    protected TimeProvider Time { get; set; } = TimeProvider.System;

    protected ConcurrentQueue<string> LogLines { get; } = new();

    /// <summary>Starts a server for what the test has configured, and a client of it.</summary>
    protected async Task<Session> ServeAsync(string era = "2026-07-28", Action<McpClientOptions>? client = null)
    {
        var options = new RekeyServerOptions
        {
            Registry = Registry,
            Redactor = Redactor,
            Databases = Databases,
            Events = Events,
            Sessions = Sessions,
            Version = "1.2.3",
            Time = Time,
            LoggerFactory = new LineLoggerFactory(LogLines),
            SetupHint = "Write a rekey.json.",
        };
        var session = await Session.StartAsync(options, era, client);
        _sessions.Add(session);
        return session;
    }

    /// <summary>A credential with a scripted source, and a verifier unless there is none to be.</summary>
    protected ManagedCredential<SecretValue> Scripted(
        Authority authority, string name = "api", string kind = "value", bool isRequired = false, bool isVerified = true)
    {
        var credential = new ManagedCredential<SecretValue>(new CredentialOptions<SecretValue>
        {
            Name = name,
            Kind = kind,
            Source = authority.Source,
            Verifier = isVerified ? authority.Verifier : null,
            IsRequired = isRequired,
            Policy = new RefreshPolicy { RejectionWait = TimeSpan.Zero, PaceInterval = TimeSpan.FromMilliseconds(1) },
            Secrets = Redactor,
            Logger = Logger,
            Time = Time,
        });
        Registry.Add(credential);
        return credential;
    }

    /// <summary>A session that is refreshed by using it, with a scripted authority.</summary>
    protected ManagedCredential<SecretDocument> ScriptedSession(
        ScriptedSessionAuthority authority, string name = "slack", bool isRequired = false, ICredentialStore? store = null)
    {
        var source = new SessionSource<SecretDocument>(new SessionSourceOptions<SecretDocument>
        {
            Credential = name,
            Authority = authority,
            Store = store ?? _memory,
            Configured = new Fixed(authority.Begin(Plant)),
            Secrets = Redactor,
            Events = Events,
            Logger = Logger,
            Time = Time,
        });
        var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = name,
            Kind = "slack",
            Source = source,
            Verifier = source.VerifyAsync,
            Policy = new RefreshPolicy().ForSessions(),
            IsRequired = isRequired,
            Secrets = Redactor,
            Events = Events,
            Logger = Logger,
            Time = Time,
        });
        Registry.Add(credential);
        return credential;
    }

    /// <summary>Ends together with the test, last one first.</summary>
    protected T Owned<T>(T resource)
        where T : IAsyncDisposable
    {
        _resources.Add(resource);
        return resource;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
        {
            await session.DisposeAsync();
            Observe(session.Wire);
        }
        foreach (var line in LogLines)
            Observe(line);
        foreach (var resource in Enumerable.Reverse(_resources))
            await resource.DisposeAsync();
        await Registry.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static JsonElement ErrorOf(CallToolResult result)
    {
        Assert.True(result.IsError);
        var error = result.StructuredContent!.Value.GetProperty("error");
        Assert.StartsWith($"[{error.GetProperty("code").GetString()}] ", TextOf(result));
        return error;
    }

    protected static string CodeOf(CallToolResult result) => ErrorOf(result).GetProperty("code").GetString()!;

    protected static string TextOf(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    protected static JsonElement SuccessOf(CallToolResult result)
    {
        Assert.False(result.IsError is true, TextOf(result));
        return result.StructuredContent!.Value;
    }

    private sealed class Fixed(SecretDocument document) : CredentialSource<SecretDocument>
    {
        public override string Reference => "env://SESSION";

        public override ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken) =>
            new(new SourceAnswer<SecretDocument>(document));
    }

    private sealed class LineLoggerFactory(ConcurrentQueue<string> lines) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    }
}
