using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.OAuth;

/// <summary>
/// An authorization server on loopback with its true wire format, one human, one service that takes its tokens, and faults on request.
/// What was asked is done before a wire fault strikes. Clients of any process may call it.
/// </summary>
public sealed class OAuthServer : IAsyncDisposable
{
    public const string TokenPath = "/token";
    public const string DevicePath = "/device_authorization";

    /// <summary>The page at which the human decides; <c>?user_code=…&amp;decision=allow</c> decides from another process.</summary>
    public const string PagePath = "/device";

    /// <summary>The service: 200 for a token that is good, else 401.</summary>
    public const string ServicePath = "/api";

    private readonly TimeProvider _time;
    private readonly Func<string, string> _plant;
    private readonly LoopbackHttpServer _http;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpCall, HttpReply>>> _scripts = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private int _minted;

    /// <summary>Every secret that is given out goes through <paramref name="plant"/> first.</summary>
    public OAuthServer(TimeProvider time, Func<string, string> plant)
    {
        (_time, _plant) = (time, plant);
        Book = new OAuthBook(Now, Mint);
        _http = new LoopbackHttpServer((call, _) => Task.FromResult(Answer(call)), new SkewedTime(this));
        Human = new OAuthHuman(Address, Book);
    }

    public Uri Address => _http.Address;

    public Uri TokenEndpoint => new(Address, TokenPath);

    public Uri DeviceEndpoint => new(Address, DevicePath);

    /// <summary>What it has given out, and what its human has decided.</summary>
    public OAuthBook Book { get; }

    /// <summary>Who signs in.</summary>
    public OAuthHuman Human { get; }

    /// <summary>How far its clock is ahead of everybody's.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>The path of the issuer; empty where it has none.</summary>
    public string IssuerPath { get; set; } = "";

    /// <summary>The issuer, as a client configures it.</summary>
    public string Issuer => $"{Address.GetLeftPart(UriPartial.Authority)}{IssuerPath}";

    /// <summary>Which discovery documents there are.</summary>
    public bool HasOpenIdDocument { get; set; } = true;

    /// <inheritdoc cref="HasOpenIdDocument"/>
    public bool HasOAuthDocument { get; set; } = true;

    /// <summary>Changes what the discovery documents say.</summary>
    public Action<JsonObject>? Document { get; set; }

    public string OpenIdPath => $"{IssuerPath.TrimEnd('/')}/.well-known/openid-configuration";

    public string OAuthPath => $"/.well-known/oauth-authorization-server{IssuerPath.TrimEnd('/')}";

    /// <summary>The last call of each path.</summary>
    public ConcurrentDictionary<string, HttpCall> Last { get; } = new();

    /// <summary>How often a path was called.</summary>
    public int Calls(string path) => _calls.GetValueOrDefault(path);

    /// <summary>A client with a secret of its own, or a public one.</summary>
    public OAuthClientEntry AddClient(string way = "client_secret_basic") => Book.Add(new OAuthClientEntry(
        $"client-{Interlocked.Increment(ref _minted).ToString(CultureInfo.InvariantCulture)}", way is "none" ? null : Mint("client-secret"), way));

    /// <summary>The next call to the path is answered with this, and nothing is done.</summary>
    public OAuthServer Answer(string path, HttpReply reply) => Script(path, _ => reply);

    /// <summary>The next call to the path is done, and its reply meets this fault.</summary>
    public OAuthServer Break(string path, WireFault fault) => Script(path, call => Do(call) with { Fault = fault });

    /// <summary>The next call to the path is done, and its reply is changed.</summary>
    public OAuthServer Change(string path, Action<JsonObject> change) => Script(path, call =>
    {
        var reply = Do(call);
        var body = JsonNode.Parse(reply.Body)!.AsObject();
        change(body);
        return reply with { Body = body.ToJsonString() };
    });

    /// <summary>What happens at the next call to the path.</summary>
    public OAuthServer Script(string path, Func<HttpCall, HttpReply> answer)
    {
        _scripts.GetOrAdd(path, static _ => new()).Enqueue(answer);
        return this;
    }

    /// <summary>Answers as if nothing were scripted.</summary>
    public HttpReply Do(HttpCall call) => call.Path switch
    {
        TokenPath => Book.Token(call),
        DevicePath => Book.StartDevice(call, new Uri(Address, PagePath).AbsoluteUri),
        PagePath => Decide(call),
        ServicePath => Serve(call),
        var path when path == OpenIdPath && HasOpenIdDocument => Discovery(),
        var path when path == OAuthPath && HasOAuthDocument => Discovery(),
        _ => new HttpReply(404, "<html>Nothing here.</html>", "text/html"),
    };

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private HttpReply Answer(HttpCall call)
    {
        _calls.AddOrUpdate(call.Path, 1, static (_, count) => count + 1);
        Last[call.Path] = call;
        return _scripts.TryGetValue(call.Path, out var script) && script.TryDequeue(out var next) ? next(call) : Do(call);
    }

    private HttpReply Discovery()
    {
        var document = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Address}authorize",
            ["token_endpoint"] = TokenEndpoint.AbsoluteUri,
            ["device_authorization_endpoint"] = DeviceEndpoint.AbsoluteUri,
            ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post", "none"),
            ["response_types_supported"] = new JsonArray("code"),
        };
        Document?.Invoke(document);
        return OAuthReplies.Json(document);
    }

    private HttpReply Decide(HttpCall call)
    {
        var isApproved = call.Query.GetValueOrDefault("decision") is { } decision ? decision == "allow" : !Human.Denies;
        return Book.Decide(call.Query.GetValueOrDefault("user_code", ""), isApproved) ? OAuthReplies.Page("Thank you") : new HttpReply(404, "");
    }

    private HttpReply Serve(HttpCall call) =>
        call.Header("Authorization")?.Split(' ', 2) is ["Bearer", var token] && Book.Accepts(token)
            ? OAuthReplies.Json(new JsonObject { ["ok"] = true })
            : OAuthReplies.Error("invalid_token", 401);

    private DateTimeOffset Now() => _time.GetUtcNow() + Ahead;

    private string Mint(string kind) =>
        _plant($"{kind}-{Interlocked.Increment(ref _minted).ToString("000000", CultureInfo.InvariantCulture)}-of-the-fake-authorization-server");

    private sealed class SkewedTime(OAuthServer server) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => server.Now();
    }
}
