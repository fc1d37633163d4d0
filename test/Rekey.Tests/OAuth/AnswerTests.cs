using System.Text.Json.Nodes;
using Rekey.OAuth;
using Rekey.Testing.Http;
using Rekey.Testing.OAuth;

namespace Rekey.Tests.OAuth;

public sealed class AnswerTests : OAuthTest
{
    private const string Token = "\"access_token\": \"granted-access-token\"";
    private const string Noise = "\"{}[]:,\\0eu \n\u0001\ud83d";

    [Theory]
    [InlineData("3600", 3600.0)]
    [InlineData("\"3600\"", 3600.0)]
    [InlineData("3599.5", 3599.5)]
    [InlineData("3.6e3", 3600.0)]
    [InlineData("1", 1.0)]
    [InlineData("315360000", 315_360_000.0)]
    [InlineData("315360001", 315_360_000.0)]
    [InlineData("1e300", 315_360_000.0)]
    [InlineData("99999999999999999999", 315_360_000.0)]
    [InlineData("0", null)]
    [InlineData("-3600", null)]
    [InlineData("\"\"", null)]
    [InlineData("\"soon\"", null)]
    [InlineData("\"NaN\"", null)]
    [InlineData("\"Infinity\"", null)]
    [InlineData("1e400", null)]
    [InlineData("null", null)]
    [InlineData("true", null)]
    [InlineData("[3600]", null)]
    public async Task A_life_is_read_from_a_number_or_a_text_and_what_makes_no_sense_names_no_end(string life, double? seconds)
    {
        Answer($"{{{Token}, \"token_type\": \"bearer\", \"expires_in\": {life}}}");

        var state = await RefreshAsync();

        Assert.Equal(seconds is { } s ? Time.GetUtcNow() + TimeSpan.FromSeconds(s) : null, state.ExpiresAt);
    }

    [Fact]
    public async Task An_answer_without_a_life_names_no_end()
    {
        Server.Book.NamesLife = false;

        Assert.Null((await RefreshAsync()).ExpiresAt);
    }

    [Fact]
    public async Task A_life_begins_when_it_was_asked_for_by_our_clock()
    {
        var asked = Time.GetUtcNow();
        Server.Ahead = TimeSpan.FromHours(7);
        Server.Script(OAuthServer.TokenPath, call =>
        {
            Time.Advance(TimeSpan.FromSeconds(10)); // the answer takes its time
            return Server.Do(call);
        });

        Assert.Equal(asked + Server.Book.TokenLife, (await RefreshAsync()).ExpiresAt);
    }

    [Theory]
    [InlineData("\"token_type\": \"bearer\"")]
    [InlineData("\"token_type\": \"Bearer\"")]
    [InlineData("\"token_type\": \"BEARER\"")]
    [InlineData("\"token_type\": null")]
    [InlineData("\"scope\": \"less than was asked for\"")]
    [InlineData("\"error\": null")]
    [InlineData("\"refresh_token\": \"\"")]
    [InlineData("\"refresh_token\": null")]
    [InlineData("\"id_token\": {\"deep\": [[[[1]]]]}, \"surplus\": 1e999")]
    public async Task What_is_as_good_as_agreed_is_taken(string member)
    {
        Answer($"{{{Token}, {member}}}");

        var before = Consented();
        var state = await RefreshAsync(before);

        Assert.Equal("granted-access-token", state["access_token"]!.Value.Reveal());
        Assert.Equal(before["refresh_token"], state["refresh_token"]);
    }

    [Theory]
    [InlineData("{}", "access_token")]
    [InlineData("{\"access_token\": null}", "access_token")]
    [InlineData("{\"access_token\": \"\"}", "access_token")]
    [InlineData("{\"access_token\": 5}", "access_token")]
    [InlineData("{\"access_token\": [\"granted-access-token\"]}", "access_token")]
    [InlineData("{\"access_token\": \"\\ud800\"}", "access_token")]
    [InlineData("{\"access_token\": \"granted-access-token\\n\"}", "access_token")]
    [InlineData("{\"access_token\": \"granted-access-token\\r\\nX-Evil: 1\"}", "access_token")]
    [InlineData("{\"access_token\": \"granted access token\"}", "access_token")]
    [InlineData("{\"access_token\": \"granted-access-tökén\"}", "access_token")]
    [InlineData("{\"access_token\": \"granted-access-token\\u007f\"}", "access_token")]
    [InlineData("{" + Token + ", \"refresh_token\": \"granted refresh token\"}", "refresh_token")]
    [InlineData("{" + Token + ", \"refresh_token\": \"granted-refresh-token\\u0000\"}", "refresh_token")]
    [InlineData("{" + Token + ", \"refresh_token\": 7}", "refresh_token")]
    [InlineData("{" + Token + ", \"refresh_token\": {\"a\": 1}}", "refresh_token")]
    [InlineData("{" + Token + ", \"token_type\": \"mac\"}", "bearer")]
    [InlineData("{" + Token + ", \"token_type\": \"DPoP\"}", "bearer")]
    [InlineData("{" + Token + ", \"token_type\": 1}", "bearer")]
    [InlineData("{" + Token + ", " + Token + "}", "JSON object")]
    [InlineData("{\"access_token\": \"granted-access-token\" oops}", "JSON object")]
    [InlineData("[" + "\"granted-access-token\"]", "JSON object")]
    [InlineData("\"granted-access-token\"", "JSON object")]
    [InlineData("null", "JSON object")]
    [InlineData("<html>granted-access-token</html>", "JSON object")]
    [InlineData("access_token=granted-access-token&token_type=bearer", "JSON object")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}", "JSON object")]
    public async Task What_was_not_agreed_is_refused_in_our_own_words(string body, string named)
    {
        Plant("granted-access-token");
        Plant("granted-refresh-token");
        Plant("granted access token");
        Plant("granted refresh token");
        Answer(body);

        var error = await FailureAsync();

        Assert.Equal(("INVALID_RESPONSE", false, FailureKind.Invalid), (error.Code, error.Retryable, error.Kind));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("oauth:fake", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"access_token\": \"granted-acc")]
    [InlineData("{\"access_token\": \"granted-access-token\", \"token_type\": \"bearer\"")]
    public async Task An_answer_that_ends_too_early_may_have_been_granted_and_is_asked_for_again(string body)
    {
        Plant("granted-access-token");
        Answer(body);

        var error = await FailureAsync();

        Assert.Equal(("NETWORK_ERROR", true), (error.Code, error.Retryable));
    }

    [Fact]
    public async Task A_megabyte_of_answer_is_read_and_no_byte_more()
    {
        const int limit = 1 << 20;
        var exact = new JsonObject { ["access_token"] = "granted-access-token", ["pad"] = "" };
        exact["pad"] = new string('x', limit - exact.ToJsonString().Length);
        Answer(exact.ToJsonString());
        Assert.NotNull(await RefreshAsync());

        exact["pad"] = new string('x', exact["pad"]!.GetValue<string>().Length + 1);
        Answer(exact.ToJsonString());

        var error = await FailureAsync();
        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.Contains("larger", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_that_mean_nothing_never_bring_down_the_authority()
    {
        var random = new Random(7);
        var good = $"{{{Token}, \"token_type\": \"bearer\", \"expires_in\": 60, \"refresh_token\": \"granted-refresh-token\"}}";
        var authority = new OAuthAuthority(Options);
        for (var i = 0; i < 300; i++)
        {
            var body = good.ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                body[random.Next(body.Length)] = Noise[random.Next(Noise.Length)];
            Server.Answer(OAuthServer.TokenPath, new HttpReply(random.Next(4) == 0 ? 400 : 200, new string(body)));
            try
            {
                var state = await RefreshAsync(authority, Consented());
                Assert.All(state.Fields.Values, static token => Assert.DoesNotContain(token.Reveal(), static c => c is <= ' ' or > '~'));
            }
            catch (CredentialException e)
            {
                Assert.Contains(e.Error.Code, (string[])["INVALID_RESPONSE", "NETWORK_ERROR"]);
            }
        }
    }

    private void Answer(string body) => Server.Answer(OAuthServer.TokenPath, new HttpReply(200, body));
}
