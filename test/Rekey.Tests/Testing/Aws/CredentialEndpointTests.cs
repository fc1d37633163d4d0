using System.Text.Json.Nodes;
using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Tests.Testing.Aws;

public sealed class CredentialEndpointTests : IDisposable
{
    private readonly AwsAccount _account = new(new ManualTimeProvider());
    private readonly AwsRole _role = new("task");
    private readonly HttpClient _client = new();

    public void Dispose() => _client.Dispose();

    private async Task<(int Status, string Body)> SendAsync(HttpMethod method, Uri address, string? header = null, string? value = null)
    {
        using var request = new HttpRequestMessage(method, address);
        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, value);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_container_gets_a_session_for_its_token_alone()
    {
        await using var server = new ContainerCredentialsServer(_account, _role, new Secret("token"));

        Assert.Equal(401, (await SendAsync(HttpMethod.Get, server.Address)).Status);
        Assert.Equal(401, (await SendAsync(HttpMethod.Get, server.Address, "Authorization", "nekot")).Status);
        var session = JsonNode.Parse((await SendAsync(HttpMethod.Get, server.Address, "Authorization", "token")).Body)!;

        Assert.NotNull(_account.Find((string)session["AccessKeyId"]!));
        Assert.Equal("2026-01-01T06:00:00Z", (string?)session["Expiration"]);
        Assert.Equal(3, server.Calls);
    }

    [Fact]
    public async Task A_machine_gets_nothing_without_a_token_that_lives()
    {
        const string Header = "X-aws-ec2-metadata-token";
        await using var server = new InstanceMetadataServer(_account, _role);
        var token = await SendAsync(HttpMethod.Put, new Uri(server.Address, "/latest/api/token"), Header + "-ttl-seconds", "60");
        var roles = new Uri(server.Address, "/latest/meta-data/iam/security-credentials/");

        Assert.Equal(401, (await SendAsync(HttpMethod.Get, roles)).Status);
        Assert.Equal((200, "task"), await SendAsync(HttpMethod.Get, roles, Header, token.Body));
        var session = JsonNode.Parse((await SendAsync(HttpMethod.Get, new Uri(roles, "task"), Header, token.Body)).Body)!;
        Assert.NotNull(_account.Find((string)session["AccessKeyId"]!));
        ((ManualTimeProvider)_account.Time).Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(401, (await SendAsync(HttpMethod.Get, roles, Header, token.Body)).Status);
    }
}
