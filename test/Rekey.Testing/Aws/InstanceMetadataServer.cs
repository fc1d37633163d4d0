using System.Collections.Concurrent;
using System.Globalization;
using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>The instance metadata service, version 2: nothing without a token of its own.</summary>
public sealed class InstanceMetadataServer : IAsyncDisposable
{
    private const string TokenHeader = "X-aws-ec2-metadata-token";
    private const string Roles = "/latest/meta-data/iam/security-credentials/";

    private readonly AwsAccount _account;
    private readonly AwsRole _role;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new();
    private readonly LoopbackHttpServer _http;

    public InstanceMetadataServer(AwsAccount account, AwsRole role)
    {
        _account = account;
        _role = role;
        _http = new LoopbackHttpServer((call, _) => Task.FromResult(Faults.Apply(call.Path, () => Answer(call), static f => new HttpReply(f.Status))), account.Time);
    }

    /// <summary>For <c>AWS_EC2_METADATA_SERVICE_ENDPOINT</c>.</summary>
    public Uri Address => _http.Address;

    /// <summary>By path.</summary>
    public AwsFaults Faults { get; } = new();

    public TimeSpan Duration { get; set; } = TimeSpan.FromHours(6);

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private HttpReply Answer(HttpCall call)
    {
        if (call.Path == "/latest/api/token")
            return call.Method == "PUT" ? NewToken(call.Header(TokenHeader + "-ttl-seconds")) : Text(405, "");
        if (call.Header(TokenHeader) is not { } token || !_tokens.TryGetValue(token, out var end) || end <= _account.Time.GetUtcNow())
            return Text(401, "");
        return call.Path switch
        {
            "/latest/meta-data/placement/region" => Text(200, _account.Region),
            "/latest/meta-data/placement/availability-zone" => Text(200, _account.Region + "a"),
            Roles => Text(200, _role.Name),
            _ when call.Path == Roles + _role.Name => new HttpReply(200, Session()),
            _ => Text(404, ""),
        };
    }

    private HttpReply NewToken(string? seconds)
    {
        if (!int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var life) || life is < 1 or > 21600)
            return Text(400, "");
        var token = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
        _tokens[token] = _account.Time.GetUtcNow().AddSeconds(life);
        return Text(200, token) with { Headers = new Dictionary<string, string> { [TokenHeader + "-ttl-seconds"] = seconds! } };
    }

    private string Session()
    {
        var session = SessionJson.Of(_account.Open(_role, "machine", Duration));
        session["Code"] = "Success";
        session["LastUpdated"] = _account.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        session["Type"] = "AWS-HMAC";
        return session.ToJsonString();
    }

    private static HttpReply Text(int status, string text) => new(status, text, "text/plain");
}
