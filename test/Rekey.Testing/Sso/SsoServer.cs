using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Rekey.Testing.Aws;
using Rekey.Testing.Http;

namespace Rekey.Testing.Sso;

/// <summary>
/// An Identity Center on loopback: the service that grants tokens and the portal, with their true wire format, one human, and faults
/// on request. What was asked is done before a wire fault strikes.
/// </summary>
public sealed class SsoServer : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Func<string, string> _plant;
    private readonly LoopbackHttpServer _http;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpCall, CancellationToken, Task<HttpReply>>>> _scripts = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly ConcurrentDictionary<string, byte> _keyIds = new();
    private readonly OidcBook _book;
    private int _minted;

    /// <summary>Every secret that is given out goes through <paramref name="plant"/> first.</summary>
    public SsoServer(TimeProvider time, Func<string, string> plant)
    {
        (_time, _plant) = (time, plant);
        _book = new OidcBook(Now, Mint) { TokenLife = TimeSpan.FromHours(1) };
        _http = new LoopbackHttpServer(AnswerAsync, new SkewedTime(this));
        Address = _http.Address;
        Human = new SsoHuman(Address, _book);
    }

    public Uri Address { get; }

    /// <summary>What it has given out, and what its human has decided.</summary>
    public OidcBook Book => _book;

    /// <summary>Who signs in.</summary>
    public SsoHuman Human { get; }

    /// <summary>How far its clock is ahead of everybody's.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>How long the keys of a role live.</summary>
    public TimeSpan RoleLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The next keys of a role get this secret access key.</summary>
    public string? NextKey { get; set; }

    /// <summary>The account in which the keys of roles are good; null where nobody looks at signatures.</summary>
    public AwsAccount? Account { get; set; }

    /// <summary>Whether a page waits for the click on a button. Else whoever opens it has decided.</summary>
    public bool AsksInPages { get; set; }

    /// <summary>The last body of each path.</summary>
    public ConcurrentDictionary<string, HttpCall> Last { get; } = new();

    /// <summary>How often a path was called.</summary>
    public int Calls(string path) => _calls.GetValueOrDefault(path);

    /// <summary>The next call to the path is answered with this, and nothing is done.</summary>
    public SsoServer Answer(string path, HttpReply reply) => Script(path, (_, _) => Task.FromResult(reply));

    /// <summary>The next call to the path is done, and its reply meets this fault.</summary>
    public SsoServer Break(string path, WireFault fault) => Script(path, (call, _) => Task.FromResult(Do(call) with { Fault = fault }));

    /// <summary>What happens at the next call to the path.</summary>
    public SsoServer Script(string path, Func<HttpCall, CancellationToken, Task<HttpReply>> answer)
    {
        _scripts.GetOrAdd(path, static _ => new()).Enqueue(answer);
        return this;
    }

    /// <summary>Answers as if nothing were scripted.</summary>
    public HttpReply Do(HttpCall call) => call.Path switch
    {
        "/client/register" => _book.Register(Body(call)),
        "/device_authorization" => _book.StartDevice(Body(call), Address),
        "/token" => _book.Token(Body(call)),
        "/authorize" => Decided(call, isDenied => _book.Authorize(call.Query, isDenied)),
        "/device" => Decided(call, isDenied => _book.Decide(call.Query["user_code"], !isDenied) ? SsoPages.Done : new HttpReply(404, "")),
        "/logout" => Signed(call, token =>
        {
            _book.Revoke(token);
            return new HttpReply(200, "");
        }),
        "/federation/credentials" => Signed(call, _ => RoleKeys()),
        "/assignment/accounts" => Signed(call, static _ => SsoReplies.Json(new JsonObject
        {
            ["accountList"] = new JsonArray(new JsonObject { ["accountId"] = "001234567890", ["accountName"] = "Works", ["emailAddress"] = "works@example.com" }),
        })),
        "/assignment/roles" => Signed(call, static _ => SsoReplies.Json(new JsonObject
        {
            ["roleList"] = new JsonArray(new JsonObject { ["roleName"] = "Dev", ["accountId"] = "001234567890" }),
        })),
        "/" => CallerIdentity(call),
        _ => new HttpReply(404, ""),
    };

    public ValueTask DisposeAsync()
    {
        Human.Dispose();
        return _http.DisposeAsync();
    }

    private async Task<HttpReply> AnswerAsync(HttpCall call, CancellationToken cancellationToken)
    {
        _calls.AddOrUpdate(call.Path, 1, static (_, count) => count + 1);
        Last[call.Path] = call;
        return _scripts.TryGetValue(call.Path, out var script) && script.TryDequeue(out var next) ? await next(call, cancellationToken) : Do(call);
    }

    private HttpReply Decided(HttpCall call, Func<bool, HttpReply> decide) => call.Query.GetValueOrDefault("decision") switch
    {
        { } decision => decide(decision != "allow"),
        null when AsksInPages => SsoPages.Question(call),
        null => decide(Human.Denies),
    };

    private HttpReply Signed(HttpCall call, Func<string, HttpReply> answer) =>
        call.Header("x-amz-sso_bearer_token") is { } token && _book.Accepts(token)
            ? answer(token)
            : SsoReplies.Portal(401, "UnauthorizedException", $"Session token {call.Header("x-amz-sso_bearer_token")} not found or invalid");

    /// <summary>The one question to the token service of AWS that proves keys. Its signatures are looked at elsewhere.</summary>
    private HttpReply CallerIdentity(HttpCall call) =>
        call.Header("Authorization") is { } signed && _keyIds.Keys.Any(id => signed.Contains($"Credential={id}/", StringComparison.Ordinal))
            ? new HttpReply(200, """
                <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
                <Arn>arn:aws:sts::001234567890:assumed-role/Dev/human</Arn><UserId>AROA:human</UserId><Account>001234567890</Account>
                </GetCallerIdentityResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></GetCallerIdentityResponse>
                """, "text/xml")
            : new HttpReply(403, "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>No.</Message></Error></ErrorResponse>", "text/xml");

    private HttpReply RoleKeys()
    {
        var (id, key, token) = Account?.Open(new AwsRole("Dev"), "human", RoleLife) is { SessionToken: { } secret } session
            ? (_plant(session.AccessKeyId), _plant(session.SecretAccessKey.Reveal()), _plant(secret.Reveal()))
            : (_plant($"ASIAFAKE{Interlocked.Increment(ref _minted):00000000}KEYS"), NextKey ?? Mint("role-key"), Mint("role-session-token"));
        _keyIds[id] = 0;
        return SsoReplies.Json(new JsonObject
        {
            ["roleCredentials"] = new JsonObject
            {
                ["accessKeyId"] = id,
                ["secretAccessKey"] = key,
                ["sessionToken"] = token,
                ["expiration"] = (Now() + RoleLife).ToUnixTimeMilliseconds(),
            },
        });
    }

    private DateTimeOffset Now() => _time.GetUtcNow() + Ahead;

    private string Mint(string kind) => _plant($"{kind}-{Interlocked.Increment(ref _minted).ToString("000000", CultureInfo.InvariantCulture)}-of-the-fake-identity-center");

    private static JsonObject Body(HttpCall call) => JsonNode.Parse(call.Text)!.AsObject();

    private sealed class SkewedTime(SsoServer server) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => server.Now();
    }
}
