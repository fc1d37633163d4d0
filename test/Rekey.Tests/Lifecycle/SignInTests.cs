using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class SignInTests : LifecycleTest
{
    [Fact]
    public async Task A_sign_in_is_one_background_job_that_everyone_joins_and_its_success_refreshes_the_credential()
    {
        var credential = Make();
        var (first, second) = (credential.SignIn(), credential.SignIn());

        var prompt = await first.WaitForPromptAsync(TestContext.Current.CancellationToken);
        Assert.Same(first, second);
        Assert.Equal("ABCD-EFGH", prompt!.UserCode);
        Assert.Equal(SignInState.Pending, second.State);
        The.SignedIn.SetResult();

        await first.Completion;
        Assert.Equal(SignInState.Succeeded, first.State);
        Assert.NotNull(credential.Active);
    }

    [Fact]
    public async Task What_stands_on_a_session_signs_in_at_the_session_and_takes_up_its_new_lease()
    {
        var session = Make("session");
        The.OnFetch = static _ => throw new CredentialException(
            new CredentialError("SESSION_OVER", "It is over.", Retryable: false) { Kind = FailureKind.NeedsUser });
        var child = Make("child", new DerivedSource<SecretValue, SecretValue>("credential://session", session, static v => v), session);
        var error = await Fails(async () => await child.GetAsync());
        Assert.Equal(("SESSION_OVER", "session"), (error.Code, error.Parent));

        var job = child.SignIn(opensPage: false);
        Assert.Same(job, session.SignIn());
        The.OnFetch = null;
        The.SignedIn.SetResult();
        await job.Completion;

        Assert.False(The.OpenedPage);
        await Until.True(() => child.Active is not null);
    }

    [Fact]
    public async Task A_sign_in_whose_outcome_cannot_be_used_has_failed()
    {
        var credential = Make();
        var job = credential.SignIn();
        await job.WaitForPromptAsync(TestContext.Current.CancellationToken);
        The.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("scripted://authority", "no answer"));

        The.SignedIn.SetResult();
        await job.Completion;

        Assert.Equal((SignInState.Failed, "SOURCE_UNAVAILABLE"), (job.State, job.Error!.Code));
    }

    [Fact]
    public async Task Cancelling_a_wait_leaves_the_job_running_and_cancelling_the_job_ends_it()
    {
        var credential = Make();
        var job = credential.SignIn();
        await job.WaitForPromptAsync(TestContext.Current.CancellationToken);

        job.Cancel();
        await job.Completion;

        Assert.Equal(SignInState.Failed, job.State);
        Assert.Equal("SIGN_IN_CANCELLED", job.Error!.Code);
        Assert.NotSame(job, credential.SignIn());
    }

    [Fact]
    public async Task A_later_page_takes_the_place_of_the_one_that_was_shown()
    {
        var source = new TakenOver();
        var job = Make("session", source).SignIn();
        var first = await job.WaitForPromptAsync(TestContext.Current.CancellationToken);
        Assert.Equal("OF-ANOTHER", first!.UserCode);

        var next = job.WaitForPromptAfterAsync(first, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        source.Given.SetResult();

        Assert.Equal("OF-OURS", (await next)!.UserCode);
        Assert.Equal("OF-OURS", job.Prompt!.UserCode);
        job.Cancel();
        await job.Completion;
        Assert.Equal("OF-OURS", (await job.WaitForPromptAfterAsync(job.Prompt, TestContext.Current.CancellationToken))!.UserCode);
    }

    /// <summary>Shows the page of another process, and its own when the other gives up.</summary>
    private sealed class TakenOver : CredentialSource<SecretValue>, ISignIn
    {
        public TaskCompletionSource Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override string Reference => "scripted://taken-over";

        public override ValueTask<SourceAnswer<SecretValue>> FetchAsync(FetchRequest<SecretValue> request, CancellationToken cancellationToken) =>
            throw new CredentialException(CredentialErrors.SourceUnavailable(Reference, "no answer"));

        public async Task SignInAsync(SignInRequest request, CancellationToken cancellationToken)
        {
            request.Show(new SignInPrompt(new Uri("https://sign-in.example/theirs"), "OF-ANOTHER", null));
            await Given.Task;
            request.Show(new SignInPrompt(new Uri("https://sign-in.example/ours"), "OF-OURS", null));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    [Fact]
    public async Task A_source_without_sign_in_says_so()
    {
        var derived = Make("derived", new DerivedSource<SecretValue, SecretValue>("credential://orders", Make(), v => v));

        Assert.Equal("SIGN_IN_NOT_AVAILABLE", (await Fails(() => Task.FromResult(derived.SignIn()))).Code);
        await derived.GetAsync();
    }
}
