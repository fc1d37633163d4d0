using System.Xml.Linq;
using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Tests.Testing.Aws;

public sealed class StsServerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly StsServer _server;
    private readonly Principal _user = Principal.NewUser("alice");
    private readonly AwsRole _role = new("reader");

    public StsServerTests()
    {
        _server = new StsServer(new AwsAccount(_time));
        _server.Account.Add(_user);
        _server.Account.Add(_role);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<AwsAnswer> AskAsync(string form, Principal? principal = null)
    {
        using var client = new AwsClient(_server, principal ?? _user);
        return await client.AskAsync("Version=2011-06-15&" + form);
    }

    private string AssumeRole => $"Action=AssumeRole&RoleSessionName=test&RoleArn={Uri.EscapeDataString(_role.Arn)}";

    private static string? Value(AwsAnswer answer, string name) => XElement.Parse(answer.Body).Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value;

    [Fact]
    public async Task A_caller_learns_who_it_is()
    {
        var answer = await AskAsync("Action=GetCallerIdentity");

        Assert.Equal((200, "arn:aws:iam::123456789012:user/alice", "123456789012"), (answer.Status, Value(answer, "Arn"), Value(answer, "Account")));
    }

    [Fact]
    public async Task An_assumed_role_is_a_principal_until_it_expires()
    {
        var answer = await AskAsync(AssumeRole + "&DurationSeconds=900");

        Assert.Equal("2026-01-01T00:15:00Z", Value(answer, "Expiration"));
        var session = new Principal(Value(answer, "AccessKeyId")!, new Secret(Value(answer, "SecretAccessKey")!)) { SessionToken = new Secret(Value(answer, "SessionToken")!) };
        Assert.Equal("arn:aws:sts::123456789012:assumed-role/reader/test", Value(await AskAsync("Action=GetCallerIdentity", session), "Arn"));
        _time.Advance(TimeSpan.FromMinutes(15));
        var expired = await AskAsync("Action=GetCallerIdentity", session);
        Assert.Equal((403, "ExpiredToken"), (expired.Status, Value(expired, "Code")));
        Assert.Equal(session.AccessKeyId, Assert.Single(_server.Account.Sessions).AccessKeyId);
    }

    [Fact]
    public async Task A_role_that_trusts_nobody_is_not_assumed()
    {
        _role.Trusts = static _ => false;
        Assert.Equal("AccessDenied", Value(await AskAsync(AssumeRole), "Code"));
        Assert.Equal("AccessDenied", Value(await AskAsync(AssumeRole + "-other"), "Code"));
        _role.Trusts = static _ => true;
        _user.Deny("sts:AssumeRole");
        Assert.Equal("AccessDenied", Value(await AskAsync(AssumeRole), "Code"));
    }

    [Fact]
    public async Task A_web_identity_needs_its_token_and_no_signature()
    {
        using var client = new HttpClient();
        async Task<AwsAnswer> Ask(string token)
        {
            using var body = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["Action"] = "AssumeRoleWithWebIdentity",
                ["RoleArn"] = _role.Arn,
                ["RoleSessionName"] = "pod",
                ["WebIdentityToken"] = token,
            });
            using var response = await client.PostAsync(_server.Address, body, TestContext.Current.CancellationToken);
            return new AwsAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), null);
        }

        Assert.Equal("AccessDenied", Value(await Ask("token"), "Code"));
        _role.WebIdentityToken = new Secret("token");
        Assert.Equal("arn:aws:sts::123456789012:assumed-role/reader/pod", Value(await Ask("token"), "Arn"));
        Assert.Equal("AccessDenied", Value(await Ask("nekot"), "Code"));
    }

    [Fact]
    public async Task A_stranger_is_refused_in_the_words_of_this_protocol()
    {
        Assert.Equal("InvalidClientTokenId", Value(await AskAsync("Action=GetCallerIdentity", Principal.NewUser()), "Code"));
        var wrong = new Principal(_user.AccessKeyId, Principal.NewUser().SecretAccessKey);
        Assert.Equal("SignatureDoesNotMatch", Value(await AskAsync("Action=GetCallerIdentity", wrong), "Code"));
    }
}
