using System.Collections.Concurrent;
using Rekey.Testing;

namespace Rekey.Aws.Tests.Sso;

/// <summary>Several processes that want a human at once, each with handles of its own.</summary>
public sealed class OneSignInTests : SsoTest
{
    private readonly ConcurrentQueue<SignInPrompt> _shown = [];

    [Fact]
    public async Task Who_comes_second_shows_the_page_of_the_first_and_takes_its_token()
    {
        var first = SignInAsync();
        await ShownAsync(1);
        var others = Enumerable.Range(0, 5).Select(_ => SignInAsync()).ToArray();
        await ShownAsync(6);

        Server.Human.Decide(_shown.First().UserCode!);
        await Passing(Task.WhenAll([first, .. others]), seconds: 0.2);

        Assert.Single(_shown.Distinct());
        Assert.Empty(Directory.GetFiles(Files.SsoCache, "*.prompt"));
        Assert.Equal((1, 1), (Server.Calls("/client/register"), Server.Calls("/device_authorization")));
    }

    [Fact]
    public async Task When_the_first_gives_up_the_second_takes_over()
    {
        using var cancel = new CancellationTokenSource();
        var first = Source().SignInAsync(new SignInRequest(_shown.Enqueue), cancel.Token);
        await ShownAsync(1);
        var second = SignInAsync();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Until.True(() => _shown.Any(static prompt => prompt.UserCode == "FAKE-0002"), Time, TimeSpan.FromMilliseconds(50));
        Server.Human.Decide("FAKE-0002");
        await Passing(second, seconds: 0.2);

        Assert.True(File.Exists(TokenFile));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"url": "https://attacker.example/", "expiresAt": "2027-01-01T00:00:00Z"}""")]
    [InlineData("""{"url": "https://d-1234567890.awsapps.com/start", "expiresAt": "2025-01-01T00:00:00Z"}""")]
    public async Task A_page_that_is_old_or_not_one_of_awss_is_not_taken_from_another_process(string left)
    {
        using var cancel = new CancellationTokenSource();
        var first = Source().SignInAsync(new SignInRequest(_shown.Enqueue), cancel.Token);
        await ShownAsync(1);
        File.WriteAllText(Path.ChangeExtension(TokenFile, ".prompt"), left);
        var second = SignInAsync();
        await Until.True(() => Time.ArmedTimers >= 2, Time, TimeSpan.FromMilliseconds(10));

        SignedIn(TimeSpan.FromHours(1));
        await Passing(second, seconds: 0.2);

        Assert.Single(_shown);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task A_sign_in_with_another_tool_meanwhile_ends_the_wait_of_the_second()
    {
        using var cancel = new CancellationTokenSource();
        var first = Source().SignInAsync(new SignInRequest(_shown.Enqueue), cancel.Token);
        await ShownAsync(1);
        var second = SignInAsync();
        await Until.True(() => Time.ArmedTimers >= 2, Time, TimeSpan.FromMilliseconds(10));

        SignedIn(TimeSpan.FromHours(1));
        await Passing(second, seconds: 0.2);

        Assert.False(first.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task A_sign_in_over_a_token_that_works_asks_the_human_all_the_same()
    {
        var before = SignedIn(TimeSpan.FromHours(1));
        var signIn = SignInAsync();
        await ShownAsync(1);
        Server.Human.Decide(_shown.First().UserCode!);
        await Passing(signIn, seconds: 0.2);

        Assert.NotEqual(before.AccessToken, TextIn("accessToken"));
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_to_signs_in_for_this_process_alone()
    {
        var source = Source(options => options with { Disk = new ScriptedFiles { IsReadOnly = true } });
        var signIn = source.SignInAsync(new SignInRequest(_shown.Enqueue), CancellationToken.None);
        await ShownAsync(1);
        Server.Human.Decide(_shown.First().UserCode!);
        await Passing(signIn, seconds: 0.2);

        var answer = await FetchAsync(source, RefreshTrigger.SignIn);

        Assert.True(Server.Book.Accepts(answer.Credential.AccessToken.Reveal()));
        Assert.True(answer.IsFallback);
        Assert.Equal("AWS_SSO_CACHE_UNWRITABLE", source.Warning!.Code);
        Assert.False(File.Exists(TokenFile));
    }

    [Fact]
    public async Task The_job_of_a_credential_signs_in_and_what_it_obtained_is_in_use()
    {
        var credential = Managed(Source());
        var job = credential.SignIn();
        var prompt = await Passing(job.WaitForPromptAsync(CancellationToken.None));

        await Server.Human.OpenAsync(prompt!.Url);
        await Passing(job.Completion, seconds: 0.2);

        Assert.Equal(SignInState.Succeeded, job.State);
        Assert.True(Server.Book.Accepts(credential.Active!.Credential.AccessToken.Reveal()));
    }

    private Task SignInAsync() => Source().SignInAsync(new SignInRequest(_shown.Enqueue), CancellationToken.None);

    private Task ShownAsync(int count) => Until.True(() => _shown.Count == count, Time, TimeSpan.FromMilliseconds(50));
}
