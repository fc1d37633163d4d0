using static Rekey.Tests.Redaction.Patterns.PatternTest;

namespace Rekey.Tests.Redaction.Patterns;

public sealed class TokenPrefixTests
{
    private const string Letters = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6kL9nP2rS5uV8xY1aD4gG7iM0oQ3tU6wX9zA2cE5fH8jK1lN4pR7sT0vW3yZ6bC9dF2gJ5kM8nQ1";

    public static TheoryData<string> Tokens() =>
    [
        "ghp_" + Letters[..36],
        "gho_" + Letters[..36],
        "ghu_" + Letters[..36],
        "ghs_" + Letters[..36],
        "ghr_" + Letters[..76],
        "github_pat_" + Letters[..22] + "_" + Letters[..59],
        "glpat-" + Letters[..20],
        "xoxb-123456789012-1234567890123-" + Letters[..24],
        "xoxp-123456789012-1234567890123-1234567890123-" + Letters[..32],
        "xoxc-123456789012-1234567890123-1234567890123-" + Letters[..32],
        "xoxd-" + Letters[..40] + "%2B" + Letters[..20] + "%3D",
        "xoxe-1-" + Letters[..40],
        "xapp-1-A0123456789-1234567890123-" + Letters[..32],
        "sk-" + Letters[..48],
        "sk-ant-api03-" + Letters[..80] + "-abc_AA",
        "sk-proj-" + Letters[..60],
        "sk_live_" + Letters[..24],
        "rk_live_" + Letters[..24],
        "hvs." + Letters[..24],
        "hvb." + Letters[..90],
        "hvr." + Letters[..90],
        "npm_" + Letters[..36],
        "pypi-AgEIcHlwaS5vcmc" + Letters[..60],
        "dop_v1_" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "AIza" + Letters[..35],
        "ya29." + Letters[..40],
        "SG." + Letters[..22] + "." + Letters[..43],
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0." + Letters[..43],
    ];

    [Theory]
    [MemberData(nameof(Tokens))]
    public void A_token_is_known_by_its_beginning_wherever_it_stands(string token)
    {
        for (var before = 0; before < 140; before++)
            Assert.Equal(new string(' ', before) + M, Hide(new string(' ', before) + token));
        Assert.Equal($"Authorization: Bearer {M}\r\nAccept: */*", Hide($"Authorization: Bearer {token}\r\nAccept: */*"));
        Assert.Equal($$"""{"token":"{{M}}","next":1}""", Hide($$"""{"token":"{{token}}","next":1}"""));
        Assert.Equal($$"""{"log":"one\n{{M}}\nthree"}""", Hide($$"""{"log":"one\n{{token}}\nthree"}"""));
        Assert.Equal($"It is {M}. Keep it.", Hide($"It is {token}. Keep it."));
        Assert.Equal($"x={M}&y=1", Hide($"x={token}&y=1"));
    }

    [Theory]
    [MemberData(nameof(Tokens))]
    public void A_token_inside_of_a_word_is_none(string token)
    {
        Assert.Equal("a" + token, Hide("a" + token));
        Assert.Equal(token[..12], Hide(token[..12]));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\\n")]
    [InlineData("\\r\\n")]
    [InlineData("\\\\n")]
    public void A_private_key_goes_from_header_to_footer(string newLine)
    {
        foreach (var kind in new[] { "", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH " })
        {
            var key = string.Join(newLine, $"-----BEGIN {kind}PRIVATE KEY-----", Letters[..64], Letters[..64], Letters[..30] + "+/==", $"-----END {kind}PRIVATE KEY-----");
            Assert.Equal($"\"key\": \"{M}\" and more", Hide($"\"key\": \"{key}\" and more"));
        }
    }

    [Fact]
    public void A_private_key_that_is_cut_off_goes_as_far_as_it_reaches()
    {
        Assert.Equal($"{M} [cut]", Hide($"-----BEGIN PRIVATE KEY-----\n{Letters[..64]}\n{Letters[..20]} [cut]"));
        Assert.Equal($$"""{"key":"{{M}}"}""", Hide($$"""{"key":"-----BEGIN PRIVATE KEY-----\n{{Letters[..64]}}"}"""));
    }

    [Theory]
    [InlineData("sk-")]
    [InlineData("sk-folding-cube sk-estimator-documentation-link-fitted")]
    [InlineData("npm_install npm_package_config_registry npm_config_user_agent_string_of_npm")]
    [InlineData("ghp_ is the prefix of ghp_XXXX tokens")]
    [InlineData("task-0123456789abcdef0123456789abcdef")]
    [InlineData("SG.com SG.1 AIza eyJ hvs.x ya29. pypi-server-side-rendering-of-all-the-package-pages-in-html")]
    [InlineData("xoxb-token xapp-token glpat-token")]
    [InlineData("AKIAIOSFODNN7EXAMPLE ASIAIOSFODNN7EXAMPLE")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUabcdefghijklmnopqrst\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIBszCCAVmgAwIBAgIUabcdefghijklmnopqrst\n-----END PUBLIC KEY-----")]
    [InlineData("text.Contains(\"-----BEGIN PRIVATE KEY-----\")")]
    [InlineData("-----BEGIN PRIVATE KEY----- begins a key")]
    public void What_only_begins_like_a_token_stays(string text) => Assert.Equal(text, Hide(text));
}
