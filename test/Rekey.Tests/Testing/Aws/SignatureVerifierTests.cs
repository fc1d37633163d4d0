using Rekey.Testing;
using Rekey.Testing.Aws;
using Rekey.Testing.Http;

namespace Rekey.Tests.Testing.Aws;

/// <summary>The example of AWS's own documentation of Signature Version 4, and the same with one thing changed.</summary>
public sealed class SignatureVerifierTests
{
    private readonly SkewedTimeProvider _clock = new(new ManualTimeProvider());
    private readonly AwsAccount _account;
    private readonly Principal _principal = new("AKIDEXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));

    public SignatureVerifierTests()
    {
        _clock.Skew = new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero) - _clock.GetUtcNow();
        _account = new AwsAccount(_clock, "us-east-1");
        _account.Add(_principal);
    }

    private static HttpCall Example => new("GET", "/?Action=ListUsers&Version=2010-05-08", Headers, []);

    private static Dictionary<string, string> Headers => new(StringComparer.OrdinalIgnoreCase)
    {
        ["Host"] = "iam.amazonaws.com",
        ["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8",
        ["X-Amz-Date"] = "20150830T123600Z",
        ["Authorization"] = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    };

    private static HttpCall With(string header, string value) => Example with { Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) { [header] = value } };

    private Principal Verify(HttpCall call, string service = "iam") => new SignatureVerifier(_account, service).Verify(call);

    private string Refusal(HttpCall call, string service = "iam") => Assert.Throws<AwsException>(() => Verify(call, service)).Code;

    [Fact]
    public void The_example_of_the_documentation_is_right() => Assert.Same(_principal, Verify(Example));

    [Fact]
    public void The_order_of_the_query_does_not_matter() =>
        Assert.Same(_principal, Verify(Example with { Target = "/?Version=2010-05-08&Action=ListUsers" }));

    [Fact]
    public void One_changed_byte_is_enough()
    {
        Assert.Equal("InvalidSignatureException", Refusal(Example with { Method = "PUT" }));
        Assert.Equal("InvalidSignatureException", Refusal(Example with { Target = "/x?Action=ListUsers&Version=2010-05-08" }));
        Assert.Equal("InvalidSignatureException", Refusal(Example with { Target = "/?Action=ListUserz&Version=2010-05-08" }));
        Assert.Equal("InvalidSignatureException", Refusal(Example with { Body = "x"u8.ToArray() }));
        Assert.Equal("InvalidSignatureException", Refusal(With("Content-Type", "application/x-www-form-urlencoded; charset=utf-9")));
        Assert.Equal("InvalidSignatureException", Refusal(With("Host", "iam.amazonaws.org")));
        Assert.Equal("InvalidSignatureException", Refusal(With("X-Amz-Date", "20150830T123601Z")));
        Assert.Equal("InvalidSignatureException", Refusal(With("Authorization", Headers["Authorization"][..^1] + "8")));
        Assert.Equal("InvalidSignatureException", Refusal(With("x-amz-content-sha256", "e3b0")));
    }

    [Fact]
    public void A_header_that_decides_must_be_signed() => Assert.Equal("InvalidSignatureException", Refusal(With("X-Amz-Target", "iam.Delete")));

    [Fact]
    public void Another_secret_key_is_refused()
    {
        _account.Add(new Principal("AKIDEXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEX")));

        Assert.Equal("InvalidSignatureException", Refusal(Example));
    }

    [Fact]
    public void An_unknown_access_key_is_refused()
    {
        _account.Remove(_principal);

        Assert.Equal("UnrecognizedClientException", Refusal(Example));
    }

    [Fact]
    public void A_session_token_that_was_never_given_is_refused() => Assert.Equal("UnrecognizedClientException", Refusal(With("X-Amz-Security-Token", "x")));

    [Fact]
    public void Another_region_or_service_is_refused()
    {
        Assert.Equal("InvalidSignatureException", Refusal(Example, "sts"));
        var elsewhere = new AwsAccount(_clock, "eu-west-1");
        elsewhere.Add(_principal);
        Assert.Equal("InvalidSignatureException", Assert.Throws<AwsException>(() => new SignatureVerifier(elsewhere, "iam").Verify(Example)).Code);
    }

    [Fact]
    public void Five_minutes_of_skew_are_borne_and_more_is_told()
    {
        _clock.Skew += TimeSpan.FromMinutes(5);
        Assert.Same(_principal, Verify(Example));

        _clock.Skew += TimeSpan.FromSeconds(1);
        var late = Assert.Throws<AwsException>(() => Verify(Example));
        Assert.Equal("Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)", late.Message);

        _clock.Skew -= TimeSpan.FromMinutes(11);
        var early = Assert.Throws<AwsException>(() => Verify(Example));
        Assert.Equal("Signature not yet current: 20150830T123600Z is still later than 20150830T123501Z (20150830T123001Z + 5 min.)", early.Message);
    }

    [Theory]
    [InlineData("Bearer x", "IncompleteSignatureException")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE", "IncompleteSignatureException")]
    [InlineData("", "IncompleteSignatureException")]
    public void What_is_no_signature_is_refused(string header, string code) => Assert.Equal(code, Refusal(With("Authorization", header)));

    [Fact]
    public void A_call_without_a_signature_is_refused()
    {
        var headers = Headers;
        headers.Remove("Authorization");

        Assert.Equal("MissingAuthenticationTokenException", Refusal(Example with { Headers = headers }));
    }
}
