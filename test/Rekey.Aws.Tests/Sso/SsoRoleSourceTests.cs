using Rekey.Aws.Sso;
using Rekey.Testing.Http;
using Rekey.Testing.Sso;

namespace Rekey.Aws.Tests.Sso;

public sealed class SsoRoleSourceTests : SsoTest
{
    private const string Path = "/federation/credentials";
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task The_portal_hands_out_the_keys_of_the_role_to_the_token_of_the_session()
    {
        SignedIn(Hour);
        var session = Managed(Source());

        var answer = await FetchAsync(Role(session));

        Assert.Equal(("role_name=Dev%20Ops&account_id=001234567890", "eu-west-3"), (Server.Last[Path].Target.Split('?')[1], answer.Credential.Region));
        Assert.InRange(answer.TimeToLive!.Value, Hour - TimeSpan.FromSeconds(2), Hour + TimeSpan.FromSeconds(2));
        Assert.Same(session.Active, answer.StandsOn);
        Assert.All(answer.Credential.Document.SensitiveValues(), value => Assert.True(Secrets.Knows(value.Value.Reveal()), value.Key));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-7)]
    [InlineData(0)]
    public async Task A_clock_that_is_wrong_by_minutes_neither_lengthens_nor_shortens_the_life_of_the_keys(int minutes)
    {
        Server.Ahead = TimeSpan.FromMinutes(minutes);
        SignedIn(Hour);

        var answer = await FetchAsync(Role(Managed(Source())));

        Assert.InRange(answer.TimeToLive!.Value, Hour - TimeSpan.FromSeconds(2), Hour + TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(-6, true)]
    [InlineData(4, false)]
    public async Task A_clock_that_differs_by_more_than_five_minutes_is_said_once(int minutes, bool isSaid)
    {
        Server.Ahead = TimeSpan.FromMinutes(minutes);
        SignedIn(Hour);
        var log = new LogLines();
        var role = Role(Managed(Source()), options => options with { Logger = log });

        await FetchAsync(role);
        await FetchAsync(role);

        Assert.Equal(isSaid ? 1 : 0, log.Lines.Count(static line => line.Contains("clock", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_life_of_a_token_and_of_a_registration_count_from_here_whatever_the_services_clock_says()
    {
        Server.Ahead = TimeSpan.FromMinutes(50);
        SignedIn(TimeSpan.FromMinutes(10));

        var answer = await FetchAsync(Source());

        Assert.Equal(Time.GetUtcNow() + Hour, answer.ExpiresAt);
    }

    [Fact]
    public async Task A_token_that_the_portal_refuses_is_refreshed_and_the_role_is_asked_for_again()
    {
        var grant = SignedIn(Hour);
        Server.Book.Revoke(grant.AccessToken);
        var session = Managed(Source());

        var answer = await Passing(FetchAsync(Role(session)));

        Assert.NotNull(answer.Credential);
        Assert.Equal((2, 1), (Server.Calls(Path), Server.Calls("/token")));
        Assert.NotEqual(grant.AccessToken, session.Active!.Credential.AccessToken.Reveal());
    }

    [Fact]
    public async Task A_session_that_is_over_asks_for_a_human_in_the_name_of_the_session()
    {
        SignedIn(Hour);
        Server.Book.EndSession();

        var error = await FailsAsync(() => Passing(FetchAsync(Role(Managed(Source())))));

        Assert.Equal(("AWS_SSO_SESSION_ENDED", FailureKind.NeedsUser, "work"), (error.Code, error.Kind, error.Parent));
        Assert.Equal((1, 1), (Server.Calls(Path), Server.Calls("/token")));
    }

    [Fact]
    public async Task A_portal_that_refuses_every_token_is_asked_a_few_times_and_no_more()
    {
        SignedIn(Hour);
        for (var i = 0; i < 10; i++)
            Server.Answer(Path, SsoReplies.Portal(401, "UnauthorizedException"));

        var error = await FailsAsync(() => Passing(FetchAsync(Role(Managed(Source())))));

        Assert.Equal(("AWS_SSO_SESSION_ENDED", "work"), (error.Code, error.Parent));
        Assert.Equal((2, 1), (Server.Calls(Path), Server.Calls("/token")));
    }

    [Theory]
    [InlineData(403, "ForbiddenException", "AWS_SSO_NO_ACCESS", FailureKind.Refused)]
    [InlineData(403, "", "AWS_SSO_NO_ACCESS", FailureKind.Refused)]
    [InlineData(404, "ResourceNotFoundException", "AWS_SSO_ROLE_REFUSED", FailureKind.Refused)]
    [InlineData(400, "InvalidRequestException", "AWS_SSO_ROLE_REFUSED", FailureKind.Refused)]
    [InlineData(429, "TooManyRequestsException", "AWS_SSO_THROTTLED", FailureKind.Unavailable)]
    [InlineData(500, "", "AWS_SSO_NO_ANSWER", FailureKind.Unavailable)]
    [InlineData(302, "", "AWS_SSO_NO_ANSWER", FailureKind.Unavailable)]
    public async Task Each_refusal_of_the_portal_has_its_code_and_names_what_was_asked(int status, string type, string code, FailureKind kind)
    {
        var grant = SignedIn(Hour);
        Server.Answer(Path, SsoReplies.Portal(status, type, $"No access for {grant.AccessToken}"));

        var error = await FailsAsync(() => FetchAsync(Role(Managed(Source()))));

        Assert.Equal((code, kind), (error.Code, error.Kind));
        if (kind is FailureKind.Refused)
            Assert.All(["001234567890", "Dev Ops", "dev"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_access_names_the_session_too()
    {
        SignedIn(Hour);
        Server.Answer(Path, SsoReplies.Portal(403, "ForbiddenException"));

        Assert.Contains("'work'", (await FailsAsync(() => FetchAsync(Role(Managed(Source()))))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"roleCredentials": {"accessKeyId": "x", "secretAccessKey": "y", "expiration": 1}}""")]
    [InlineData("""{"roleCredentials": {"accessKeyId": "x", "secretAccessKey": "y", "sessionToken": "z", "expiration": 9e40}}""")]
    [InlineData("""{"roleCredentials": []}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task Keys_that_are_not_complete_are_no_keys(string body)
    {
        SignedIn(Hour);
        Server.Answer(Path, new HttpReply(200, body));

        Assert.Equal("AWS_SSO_NO_ANSWER", (await FailsAsync(() => FetchAsync(Role(Managed(Source()))))).Code);
    }

    [Fact]
    public async Task Keys_in_use_outlive_the_session_and_come_anew_when_somebody_has_signed_in()
    {
        SignedIn(Hour);
        var session = Managed(Source());
        session.BeginWatching();
        await using var role = new ManagedCredential<AwsSessionCredential>(new CredentialOptions<AwsSessionCredential>
        {
            Name = "dev",
            Kind = "aws-sso",
            Source = Role(session),
            Parent = session,
            ParentBond = ParentBond.Access,
            Logger = Logger,
            Time = Time,
        });
        await role.GetAsync();
        await Rekey.Testing.Until.True(() => !role.IsRefreshing); // the first news of the session comes while the keys do
        var keys = await role.GetAsync();
        Server.Book.EndSession();
        session.Reject(session.Active!);
        await Rekey.Testing.Until.True(() => session.Status.Phase is CredentialPhase.NeedsUserAction, Time, TimeSpan.FromMilliseconds(50));

        Assert.Same(keys, await role.GetAsync());
        var grant = SignedIn(Hour);
        await Rekey.Testing.Until.True(() => role.Active != keys, Time, TimeSpan.FromMilliseconds(50));

        Assert.Equal(grant.AccessToken, session.Active!.Credential.AccessToken.Reveal());
    }

    private SsoRoleSource Role(ManagedCredential<SsoToken> session, Func<SsoSessionOptions, SsoSessionOptions>? change = null) =>
        new(new SsoRole("dev", "001234567890", "Dev Ops", "eu-west-3"), change?.Invoke(Options) ?? Options, session);

    private static Task<SourceAnswer<AwsSessionCredential>> FetchAsync(SsoRoleSource source) =>
        source.FetchAsync(new FetchRequest<AwsSessionCredential>(RefreshTrigger.Demand, null), CancellationToken.None).AsTask();
}
