using System.Collections.Concurrent;
using System.Globalization;
using Rekey.Testing.Http;

namespace Rekey.Testing.Slack;

/// <summary>
/// Slack on loopback: the page of a workspace and the two methods of the API that credentials need, in their true wire format, with
/// troubles on request. Its address stands in the place of both.
/// </summary>
public sealed class SlackServer : IAsyncDisposable
{
    /// <summary>The path of the page of a workspace.</summary>
    public const string Page = "/";

    public const string AuthTest = "/api/auth.test";

    public const string TokenAccess = "/api/oauth.v2.access";

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly LoopbackHttpServer _http;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpCall, CancellationToken, Task<HttpReply>>>> _scripts = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();

    /// <summary>Every secret that is given out goes through <paramref name="plant"/> first.</summary>
    public SlackServer(TimeProvider? time = null, Func<string, string>? plant = null)
    {
        _time = time ?? TimeProvider.System;
        Book = new SlackBook(_time.GetUtcNow, plant ?? (static secret => secret));
        _http = new LoopbackHttpServer(AnswerAsync, _time);
    }

    /// <summary><c>http://127.0.0.1:PORT</c></summary>
    public Uri Address => _http.Address;

    /// <summary>Whom it knows.</summary>
    public SlackBook Book { get; }

    /// <summary>The last call of each path.</summary>
    public ConcurrentDictionary<string, HttpCall> Last { get; } = new();

    /// <summary>How often a path was called.</summary>
    public int Calls(string path) => _calls.GetValueOrDefault(path);

    /// <summary>The next calls to the path meet these troubles, one each.</summary>
    public SlackServer Fail(string path, params ReadOnlySpan<SlackTrouble> troubles)
    {
        foreach (var trouble in troubles)
            Script(path, (call, _) => Task.FromResult(Meet(call, trouble)));
        return this;
    }

    /// <summary>The next call to the path is answered with this, and nothing is done.</summary>
    public SlackServer Answer(string path, HttpReply reply) => Script(path, (_, _) => Task.FromResult(reply));

    /// <summary>What happens at the next call to the path.</summary>
    public SlackServer Script(string path, Func<HttpCall, CancellationToken, Task<HttpReply>> answer)
    {
        _scripts.GetOrAdd(path, static _ => new()).Enqueue(answer);
        return this;
    }

    /// <summary>Answers as if nothing were scripted.</summary>
    public HttpReply Do(HttpCall call) => (call.Method, call.Path) switch
    {
        ("GET", Page) => Book.Open(call),
        ("GET", "/signin") => SlackPages.SignIn,
        ("POST", AuthTest) => Book.Test(call),
        ("POST", TokenAccess) => Book.Rotate(call),
        (_, var path) => path.StartsWith("/api/", StringComparison.Ordinal) ? SlackReplies.Error("unknown_method") : new HttpReply(404, "", "text/html"),
    };

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private async Task<HttpReply> AnswerAsync(HttpCall call, CancellationToken cancellationToken)
    {
        _calls.AddOrUpdate(call.Path, 1, static (_, count) => count + 1);
        Last[call.Path] = call;
        return _scripts.TryGetValue(call.Path, out var script) && script.TryDequeue(out var next) ? await next(call, cancellationToken) : Do(call);
    }

    private HttpReply Meet(HttpCall call, SlackTrouble trouble) => trouble switch
    {
        SlackTrouble.SignInRedirect => SlackPages.ToSignIn,
        SlackTrouble.SignInPage => SlackPages.SignIn,
        SlackTrouble.DeletedCookie => SlackPages.WithoutCookie(SlackPages.Html("<!DOCTYPE html><html></html>")),
        SlackTrouble.Unauthorized => SlackPages.Html("", 401),
        SlackTrouble.Forbidden => SlackPages.Html("", 403),
        SlackTrouble.ServerError => SlackPages.Html("<h1>Server Error</h1>", 503),
        SlackTrouble.RateLimited => SlackReplies.RateLimited(Wait.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        SlackTrouble.RateLimitedUntil => SlackReplies.RateLimited((_time.GetUtcNow() + Wait).ToString("r", CultureInfo.InvariantCulture)),
        SlackTrouble.ChangedMarkup => Edited(call, static page => page.Replace("\"api_token\":", "\"boot_key\":", StringComparison.Ordinal)),
        SlackTrouble.NoToken => Edited(call, static page => page.Replace("\"api_token\":\"xoxc-", "\"api_token\":\"\",\"was\":\"", StringComparison.Ordinal)),
        SlackTrouble.NoNewCookie => Do(call) with { Headers = new Dictionary<string, string>() },
        SlackTrouble.SameToken => Book.Open(call, issuesToken: false),
        SlackTrouble.TenMegabytes => Edited(call, static answer => new string(' ', 10 << 20) + answer),
        SlackTrouble.RedirectLoop => SlackPages.Redirect(call.Path),
        SlackTrouble.Drip => Do(call) with { Fault = WireFault.Drip },
        SlackTrouble.Hang => Do(call) with { Fault = WireFault.Hang },
        SlackTrouble.LostReply => Do(call) with { Fault = WireFault.LostReply },
        SlackTrouble.Truncated => Do(call) with { Fault = WireFault.Truncated },
        SlackTrouble.Reset => Do(call) with { Fault = WireFault.Reset },
        _ => throw new ArgumentOutOfRangeException(nameof(trouble)),
    };

    private HttpReply Edited(HttpCall call, Func<string, string> edit)
    {
        var reply = Do(call);
        return reply with { Body = edit(reply.Body) };
    }
}
