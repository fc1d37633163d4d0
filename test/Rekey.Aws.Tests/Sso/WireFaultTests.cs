using Rekey.Aws.Sso;
using Rekey.Testing.Http;
using Rekey.Testing.Sso;

namespace Rekey.Aws.Tests.Sso;

public sealed class WireFaultTests : SsoTest
{
    public static TheoryData<string, string> Types => new()
    {
        { "AuthorizationPendingException", nameof(FaultKind.AuthorizationPending) },
        { "SlowDownException", nameof(FaultKind.SlowDown) },
        { "ExpiredTokenException", nameof(FaultKind.ExpiredToken) },
        { "AccessDeniedException", nameof(FaultKind.AccessDenied) },
        { "InvalidGrantException", nameof(FaultKind.InvalidGrant) },
        { "InvalidClientException", nameof(FaultKind.InvalidClient) },
        { "UnauthorizedClientException", nameof(FaultKind.UnauthorizedClient) },
        { "InvalidRequestException", nameof(FaultKind.InvalidRequest) },
        { "InvalidScopeException", nameof(FaultKind.InvalidScope) },
        { "UnsupportedGrantTypeException", nameof(FaultKind.Other) },
        { "InvalidRedirectUriException", nameof(FaultKind.Other) },
        { "InvalidClientMetadataException", nameof(FaultKind.Other) },
        { "InternalServerException", nameof(FaultKind.ServiceFailure) },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public async Task An_error_is_known_by_its_header_by_its_type_and_by_the_name_in_its_body(string type, string kind)
    {
        var inType = new HttpReply(400, $"{{\"__type\": \"com.amazonaws.ssooidc#{type}:x\"}}");
        foreach (var reply in new[] { SsoReplies.Oidc(type), inType })
            Assert.Equal(type.StartsWith("Internal", StringComparison.Ordinal) ? FaultKind.ServiceFailure.ToString() : kind, (await AskAsync(reply)).Kind.ToString());

        var inBody = (await AskAsync(SsoReplies.OidcWithoutHeader(type))).Kind.ToString();
        Assert.Equal(kind, inBody);
    }

    [Theory]
    [InlineData(WireFault.Reset)]
    [InlineData(WireFault.LostReply)]
    [InlineData(WireFault.Truncated)]
    [InlineData(WireFault.Garbage)]
    [InlineData(WireFault.Huge)]
    public async Task What_comes_back_broken_is_no_answer_and_may_have_been_done(WireFault fault)
    {
        var broken = await AskAsync(new HttpReply(200, "{\"accessToken\": \"a\"}") { Fault = fault });

        Assert.Equal((FaultKind.NoAnswer, true), (broken.Kind, broken.IsAmbiguous));
    }

    [Theory]
    [InlineData(WireFault.Hang)]
    [InlineData(WireFault.Drip)]
    public async Task What_does_not_end_is_ended(WireFault fault)
    {
        Server.Answer("/token", new HttpReply(200, new string(' ', 4000)) { Fault = fault, DripEvery = TimeSpan.FromMilliseconds(50) });

        var reply = await Passing(Oidc(Server.Address).RefreshAsync(Token(), CancellationToken.None));

        Assert.Equal(FaultKind.NoAnswer, reply.Fault!.Kind);
    }

    [Fact]
    public async Task A_service_that_is_not_there_was_never_asked()
    {
        var reply = await Oidc(new Uri("http://127.0.0.1:9")).RefreshAsync(Token(), CancellationToken.None);

        Assert.Equal((FaultKind.Unreachable, false), (reply.Fault!.Kind, reply.Fault.IsAmbiguous));
        Assert.Equal("AWS_SSO_UNREACHABLE", SsoErrors.Of(reply.Fault).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"accessToken\": \"a\"}")]
    [InlineData("{\"accessToken\": \"a\", \"expiresIn\": 0}")]
    [InlineData("{\"accessToken\": \"a\", \"expiresIn\": \"3600\"}")]
    [InlineData("{\"accessToken\": [\"a\"], \"expiresIn\": 3600}")]
    [InlineData("{\"accessToken\": null, \"expiresIn\": 3600}")]
    [InlineData("<html>proxy</html>")]
    public async Task A_token_that_is_not_complete_is_no_answer(string body) => Assert.Equal(FaultKind.NoAnswer, (await AskAsync(new HttpReply(200, body))).Kind);

    [Theory]
    [InlineData(3600L, 3600)]
    [InlineData(999_999_999_999L, 366L * 86_400)]
    public async Task A_life_beyond_measure_is_cut(long seconds, long expected)
    {
        Server.Answer("/token", new HttpReply(200, $"{{\"accessToken\": \"a\", \"expiresIn\": {seconds}}}"));

        Assert.Equal(TimeSpan.FromSeconds(expected), (await Oidc(Server.Address).RefreshAsync(Token(), CancellationToken.None)).Value!.Life);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_for_it_would_carry_the_token_elsewhere()
    {
        var fault = await AskAsync(new HttpReply(307) { Headers = new Dictionary<string, string> { ["Location"] = $"{Server.Address}token" } });

        Assert.Equal((FaultKind.Other, 307, 1), (fault.Kind, fault.Status, Server.Calls("/token")));
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_told_of_a_fault()
    {
        Server.Answer("/token", new HttpReply(200) { Fault = WireFault.Hang });
        using var cancel = new CancellationTokenSource();
        var call = Oidc(Server.Address).RefreshAsync(Token(), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private async Task<ServiceFault> AskAsync(HttpReply answer)
    {
        Server.Answer("/token", answer);
        var reply = await Oidc(Server.Address).RefreshAsync(Token(), CancellationToken.None);
        Assert.Null(reply.Value);
        return reply.Fault!;
    }

    private OidcClient Oidc(Uri address) => new(new SsoHttp(Http, Time, Logger), address, new SsoSecrets(Secrets, "work"), Time);

    private static CachedToken Token() => new()
    {
        StartUrl = "x",
        Region = "y",
        AccessToken = new Secret("z"),
        ExpiresAt = DateTimeOffset.UnixEpoch,
        ClientId = "c",
        ClientSecret = new Secret("s"),
        RefreshToken = new Secret("r"),
    };
}
