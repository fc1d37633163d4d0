using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>The credential endpoint of a container: each call with the right token gets a new session of the role.</summary>
public sealed class ContainerCredentialsServer : IAsyncDisposable
{
    private const string Operation = "GetCredentials";

    private readonly AwsAccount _account;
    private readonly AwsRole _role;
    private readonly LoopbackHttpServer _http;
    private int _calls;

    /// <summary><paramref name="authorization"/> is what the caller must send, a test plants it.</summary>
    public ContainerCredentialsServer(AwsAccount account, AwsRole role, Secret authorization)
    {
        _account = account;
        _role = role;
        _http = new LoopbackHttpServer((call, _) =>
        {
            Interlocked.Increment(ref _calls);
            var isAllowed = call.Header("Authorization") == authorization.Reveal();
            return Task.FromResult(Faults.Apply(Operation, () => Answer(isAllowed), static f => new HttpReply(f.Status)));
        }, account.Time);
    }

    /// <summary>For <c>AWS_CONTAINER_CREDENTIALS_FULL_URI</c>.</summary>
    public Uri Address => new(_http.Address, "/v1/credentials");

    /// <summary>Of the one operation <c>GetCredentials</c>.</summary>
    public AwsFaults Faults { get; } = new();

    public int Calls => Volatile.Read(ref _calls);

    public TimeSpan Duration { get; set; } = TimeSpan.FromHours(6);

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private HttpReply Answer(bool isAllowed)
    {
        if (!isAllowed)
            return new HttpReply(401, """{"code":"Unauthorized","message":"The authorization token is not valid."}""");
        var answer = SessionJson.Of(_account.Open(_role, "container", Duration));
        answer["RoleArn"] = _role.Arn;
        return new HttpReply(200, answer.ToJsonString());
    }
}
