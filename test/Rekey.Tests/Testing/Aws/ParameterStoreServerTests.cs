using System.Text.Json.Nodes;
using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Tests.Testing.Aws;

public sealed class ParameterStoreServerTests : IAsyncDisposable
{
    private readonly ParameterStoreServer _server = new(new AwsAccount(new ManualTimeProvider()));
    private readonly Principal _principal = Principal.NewUser();

    public ParameterStoreServerTests() => _server.Account.Add(_principal);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<AwsAnswer> GetAsync(string name, bool decrypts = true)
    {
        using var client = new AwsClient(_server, _principal);
        return await client.AskAsync("AmazonSSM.GetParameter", new JsonObject { ["Name"] = name, ["WithDecryption"] = decrypts });
    }

    [Fact]
    public async Task A_parameter_is_selected_by_version_by_label_and_by_arn()
    {
        _server.Put("/app/token", new Secret("value-1"));
        _server.Put("/app/token", new Secret("value-2"));
        _server.Put("/app/token", new Secret("value-3"));
        _server.Label("/app/token", 1, "live");
        _server.Label("/app/token", 2, "live");

        async Task Expect(string name, string value, int version)
        {
            var parameter = (await GetAsync(name)).Json["Parameter"]!;
            Assert.Equal((value, version, "SecureString", "/app/token"), ((string?)parameter["Value"], (int?)parameter["Version"], (string?)parameter["Type"], (string?)parameter["Name"]));
        }

        await Expect("/app/token", "value-3", 3);
        await Expect("/app/token:1", "value-1", 1);
        await Expect("/app/token:live", "value-2", 2);
        await Expect(_server.ArnOf("/app/token"), "value-3", 3);
        await Expect(_server.ArnOf("/app/token") + ":1", "value-1", 1);
        Assert.Equal("/app/token:live", _server.Calls.ElementAt(2).Resource);
    }

    [Fact]
    public async Task Only_a_secure_parameter_is_encrypted()
    {
        _server.Put("secure", new Secret("value-1"));
        _server.Put("plain", new Secret("value-2"), ParameterType.Plain);
        _server.Put("list", new Secret("a,b"), ParameterType.PlainList);

        Assert.StartsWith("AQICAHh", (string?)(await GetAsync("secure", decrypts: false)).Json["Parameter"]!["Value"], StringComparison.Ordinal);
        Assert.Equal("value-1", (string?)(await GetAsync(_server.ArnOf("secure"))).Json["Parameter"]!["Value"]);
        Assert.Equal("value-2", (string?)(await GetAsync("plain", decrypts: false)).Json["Parameter"]!["Value"]);
        Assert.Equal("StringList", (string?)(await GetAsync("list")).Json["Parameter"]!["Type"]);
    }

    [Fact]
    public async Task What_is_missing_or_forbidden_is_told()
    {
        _server.Put("/p", new Secret("value-1"));

        Assert.Equal(("ParameterNotFound", null), (await GetAsync("/none")).Failure);
        Assert.Equal("ParameterVersionNotFound", (await GetAsync("/p:9")).Failure.Code);
        _principal.Deny("kms:Decrypt");
        Assert.Equal("AccessDeniedException", (await GetAsync("/p")).Failure.Code);
        Assert.Equal(200, (await GetAsync("/p", decrypts: false)).Status);
        _principal.Deny("ssm:GetParameter");
        Assert.Contains("is not authorized to perform: ssm:GetParameter", (await GetAsync("/p", decrypts: false)).Failure.Message, StringComparison.Ordinal);
        _server.Account.Remove(_principal);
        Assert.Equal("UnrecognizedClientException", (await GetAsync("/p")).Failure.Code);
    }
}
