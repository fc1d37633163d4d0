using Rekey.Aws.ParameterStore;

namespace Rekey.Aws.Tests.ParameterStore;

public sealed class ParameterStoreSourceTests : AwsTest
{
    [Fact]
    public async Task A_parameter_is_read_decrypted_with_the_number_of_its_version()
    {
        Parameters.Put("/prod/orders/token", Plant("token-first"));
        Parameters.Put("/prod/orders/token", Plant("token-second"));

        var answer = await FetchAsync(Source("/prod/orders/token"));

        Assert.Equal(("token-second", "2"), (answer.Credential.Content.Reveal(), answer.Version));
    }

    [Fact]
    public async Task A_version_a_label_and_an_ARN_are_understood()
    {
        Parameters.Put("/prod/token", Plant("token-first"));
        Parameters.Put("/prod/token", Plant("token-second"));
        Parameters.Label("/prod/token", 1, "stable");

        foreach (var name in new[] { "/prod/token:1", "/prod/token:stable" })
            Assert.Equal("token-first", (await FetchAsync(Source(name))).Credential.Content.Reveal());
        Assert.Equal("token-second", (await FetchAsync(Using(new ParameterStoreSource(Parameters.ArnOf("/prod/token"), Here with { Region = null })))).Credential.Content.Reveal());
    }

    [Fact]
    public async Task A_missing_parameter_a_missing_permission_and_a_missing_key_are_told_apart()
    {
        Assert.Equal("AWS_SECRET_NOT_FOUND", (await FailureOf(Source("/nothing"))).Code);

        Parameters.Put("/prod/token", Plant("token-nobody-may-read"));
        Caller.Deny("kms:Decrypt");
        Assert.Contains("kms:Decrypt", (await FailureOf(Source("/prod/token"))).Message, StringComparison.Ordinal);

        Caller.Deny("ssm:GetParameter");
        var denied = await FailureOf(Source("/prod/token"));
        Assert.Equal("AWS_ACCESS_DENIED", denied.Code);
        Assert.Contains("ssm:GetParameter", denied.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Parameter":{}}""")]
    [InlineData("""{"Parameter":{"Value":7}}""")]
    [InlineData("""{"Parameter":[]}""")]
    public async Task An_answer_of_another_shape_is_unreadable(string body)
    {
        Parameters.Faults.Always("GetParameter", new Rekey.Testing.Http.HttpReply(200, body));

        Assert.Equal("AWS_RESPONSE_UNREADABLE", (await FailureOf(Source("/prod/token"))).Code);
    }

    private AwsAccess Here => Access(Parameters.Address);

    private ParameterStoreSource Source(string name) => Using(new ParameterStoreSource(name, Here));
}
