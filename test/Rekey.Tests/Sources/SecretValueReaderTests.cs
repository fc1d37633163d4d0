using Rekey.Testing;

namespace Rekey.Tests.Sources;

public sealed class SecretValueReaderTests : LeakCheckedTest
{
    [Theory]
    [InlineData("plain text")]
    [InlineData("{\"token\":\"inside\"}")]
    [InlineData(" spaces and a newline \n")]
    public void Without_a_field_the_value_is_the_content_verbatim(string content) => Assert.Equal(content, Read(content, null));

    [Theory]
    [InlineData("""{"token":"of-the-service"}""", "of-the-service")]
    [InlineData("""{"token":12345}""", "12345")]
    [InlineData("""{"token":{"nested":true}}""", """{"nested":true}""")]
    public void A_field_is_read_from_a_json_object(string content, string expected) => Assert.Equal(expected, Read(content, "token"));

    [Theory]
    [InlineData("", null, "content: empty")]
    [InlineData("hunter2-hunter2", "token", "token: not found, because the content is no JSON object")]
    [InlineData("[\"hunter2-hunter2\"]", "token", "token: not found")]
    [InlineData("{\"token\":\"hunter2-hunter2", "token", "token: not found")]
    [InlineData("{\"token\":\"hunter2-hunter2\",\"token\":\"b\"}", "token", "token: not found")]
    [InlineData("{\"Token\":\"hunter2-hunter2\"}", "token", "token: missing")]
    [InlineData("{\"token\":null,\"a\":\"hunter2-hunter2\"}", "token", "token: missing")]
    [InlineData("{\"token\":\"\"}", "token", "token: empty")]
    public void What_cannot_be_read_is_named_by_its_field(string content, string? field, string problem)
    {
        Plant("hunter2-hunter2");

        var error = Observe(Assert.Throws<CredentialException>(() => Read(content, field))).Error;

        Assert.Equal("SECRET_INVALID", error.Code);
        Assert.Contains(problem, Observe(error.Message));
    }

    [Fact]
    public void A_field_that_is_missing_is_named_together_with_those_that_are_there_and_with_the_reference_as_what_may_be_wrong()
    {
        var content = $$"""{"username":"orders","passwort":"{{Plant("value-beside-it").Reveal()}}"}""";

        var error = Observe(Assert.Throws<CredentialException>(() => Read(content, "password"))).Error;

        Assert.Contains("password: missing; there are passwort, username", Observe(error.Message));
        Assert.Contains("#password in rekey.json", error.NextStep);
    }

    [Fact]
    public void A_document_of_fields_has_no_content_of_its_own()
    {
        var document = SecretDocument.FromFields([new("token", Plant("value-in-a-field"))]);

        var exception = Observe(Assert.Throws<CredentialException>(() => SecretValueReader.Read(document, null, "file:///run/secrets")));

        Assert.Contains("content: made of fields, and the reference names none of them", exception.Message);
    }

    private static string Read(string content, string? field) =>
        SecretValueReader.Read(SecretDocument.FromText(new Secret(content)), field, "vault://kv/x").Value.Reveal();
}
