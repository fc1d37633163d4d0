using System.Text;
using System.Text.Json;
using Rekey.Aws.Profiles;
using Rekey.Aws.Sso;

namespace Rekey.Aws.Tests.Sso;

public sealed class FormatTests
{
    private const string StartUrl = "https://d-1234567890.awsapps.com/start";

    private const string WrittenByTheCli =
        """{"startUrl": "https://d-1234567890.awsapps.com/start", "region": "us-east-1", "accessToken": "aoa-token", "expiresAt": "2026-11-21T00:46:37Z", "clientId": "id", "clientSecret": "secret", "registrationExpiresAt": "2027-02-18T23:45:15Z", "refreshToken": "aor-token"}""";

    private static readonly SsoSession Corp = new() { Name = "corp", StartUrl = StartUrl, Region = "us-east-1", Scopes = [SsoSession.AccountAccess] };
    private static readonly SsoSession Legacy = new() { StartUrl = StartUrl, Region = "us-east-1" };

    [Fact]
    public void Cache_files_are_named_as_the_cli_names_them()
    {
        Assert.Equal("ee0bfd2552fbd840c02cc48b6e823320543c450f", CacheKey.OfToken(Corp));
        Assert.Equal("3d1777a8881b9d0a1da671fec5d53bcba253555a", CacheKey.OfToken(Corp with { Name = "köln" }));
        Assert.Equal("7487b5b67d5fa1132cf33fa93ae51ef38cc37752", CacheKey.OfToken(Legacy));
        Assert.Equal("bc8a1afdb0f5cdc2c789b8a6cd51898e2be3c37c", CacheKey.OfRegistration(Corp, "botocore"));
        Assert.Equal("365414a68be7c9bfc776c660981dbdbd942acea4", CacheKey.OfRegistration(Legacy, "botocore"));
        Assert.Equal("ecc1e3c8d4fe9b118d11b9cfe1c4a2a4f4a548ae", CacheKey.OfRole(Corp, "123456789012", "Dev"));
    }

    [Fact]
    public void A_start_url_is_taken_as_it_is_written() =>
        Assert.Equal(3, new[] { StartUrl, StartUrl + "/", StartUrl + "#/" }.Select(static url => CacheKey.OfToken(Legacy with { StartUrl = url })).Distinct().Count());

    [Fact]
    public void What_the_cli_wrote_comes_back_to_the_byte()
    {
        var token = CachedToken.Read(Encoding.UTF8.GetBytes(WrittenByTheCli))!;

        Assert.Equal(WrittenByTheCli, Encoding.UTF8.GetString(token.Write()));
    }

    [Fact]
    public void What_is_not_known_is_left_out_and_never_null()
    {
        var token = CachedToken.Read(Encoding.UTF8.GetBytes(WrittenByTheCli))! with { RefreshToken = null, RegistrationExpiresAt = null, ClientId = null };

        var written = Encoding.UTF8.GetString(token.Write());

        Assert.DoesNotContain("null", written, StringComparison.Ordinal);
        Assert.DoesNotContain("refreshToken", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_are_spelled_in_ascii_as_python_spells_them() =>
        Assert.Equal("\"k\\u00f6ln \\\"\\\\\\n\\t\\u007f\\ud83d\\ude00\"", PythonJson.Text("köln \"\\\n\t\u007f😀"));

    [Theory]
    [InlineData("2026-11-21T00:46:37Z")]
    [InlineData("2026-11-21T00:46:37UTC")]
    [InlineData("2026-11-21T00:46:37.1234567Z")]
    [InlineData("2026-11-21T00:46:37.123456+00:00")]
    [InlineData("2026-11-21T01:46:37+01:00")]
    [InlineData("2026-11-20T16:46:37-0800")]
    [InlineData("2026-11-21T00:46:37")]
    [InlineData("2026-11-21 00:46:37")]
    public void Every_form_of_a_date_that_a_tool_has_written_is_read(string text) =>
        Assert.Equal("2026-11-21T00:46:37Z", AwsTime.Write(AwsTime.Read(text)!.Value));

    [Theory]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_date_is_none(string? text) => Assert.Null(AwsTime.Read(text));

    [Theory]
    [InlineData("""{"access_token": "a"}""")]
    [InlineData("""{"accessToken": null, "expiresAt": "2026-11-21T00:46:37Z"}""")]
    [InlineData("""{"accessToken": "", "expiresAt": "2026-11-21T00:46:37Z"}""")]
    [InlineData("""{"accessToken": 5, "expiresAt": "2026-11-21T00:46:37Z"}""")]
    [InlineData("""{"accessToken": "\ud800", "expiresAt": "2026-11-21T00:46:37Z"}""")]
    [InlineData("""{"accessToken": "a", "expiresAt": 5}""")]
    [InlineData("""{"accessToken": "a"}""")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public void A_file_of_another_tool_is_no_token(string content) => Assert.Null(CachedToken.Read(Encoding.UTF8.GetBytes(content)));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"accessToken": "a", "expiresAt": "2026-11-21T00:46:37Z"}}""")]
    public void Half_a_file_is_told_from_a_file_of_another_tool(string content) =>
        Assert.ThrowsAny<JsonException>(() => CachedToken.Read(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void A_token_file_with_a_mark_at_its_beginning_and_fields_unheard_of_is_a_token() =>
        Assert.Equal("a", CachedToken.Read(Encoding.UTF8.GetBytes("\uFEFF{\"accessToken\": \"a\", \"expiresAt\": \"2026-11-21T00:46:37Z\", \"x\": [1]}"))!.AccessToken.Reveal());
}
