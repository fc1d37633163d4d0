using Rekey.Environment;
using Rekey.Testing;

namespace Rekey.Tests.Environment;

public sealed class EnvironmentSourceTests : LeakCheckedTest
{
    private readonly FakeEnvironment _environment = new();

    [Fact]
    public async Task The_value_is_the_content_verbatim()
    {
        _environment["TOKEN"] = Plant(" value with spaces and a newline\n").Reveal();

        var answer = await Source("TOKEN").FetchAsync(new(RefreshTrigger.Demand, null), CancellationToken.None);

        Assert.Equal(" value with spaces and a newline\n", answer.Credential.Content.Reveal());
        Assert.Equal("env://TOKEN", Source("TOKEN").Reference);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_missing_or_empty_variable_is_named_with_the_restart_that_it_needs(string? value)
    {
        _environment["TOKEN"] = value;

        var exception = await Assert.ThrowsAsync<CredentialException>(
            async () => await Source("TOKEN").FetchAsync(new(RefreshTrigger.Demand, null), CancellationToken.None));

        Assert.Equal("ENVIRONMENT_VARIABLE_MISSING", exception.Error.Code);
        Assert.Contains("TOKEN", exception.Error.Message);
        Assert.Contains("restart", exception.Error.NextStep);
        Assert.False(exception.Error.Retryable);
    }

    [Fact]
    public async Task The_next_source_in_order_answers_for_a_missing_variable()
    {
        _environment["FALLBACK"] = Plant("fallback-value").Reveal();
        var sources = new OrderedSources<SecretDocument>([Source("TOKEN"), Source("FALLBACK")]);

        var answer = await sources.FetchAsync(new(RefreshTrigger.Demand, null), CancellationToken.None);

        Assert.Equal("fallback-value", answer.Credential.Content.Reveal());
        Assert.True(answer.IsFallback);
        Assert.Equal("env://FALLBACK", answer.Source);
    }

    [Fact]
    public async Task Status_says_that_it_cannot_rotate()
    {
        _environment["TOKEN"] = Plant("the-only-value").Reveal();
        await using var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "token",
            Kind = "value",
            Source = Source("TOKEN"),
            Logger = Logger,
        });

        await credential.GetAsync(TestContext.Current.CancellationToken);

        Assert.False(credential.Status.CanRotate);
        Assert.Null(Source("TOKEN").Watch(static () => { }));
    }

    [Fact]
    public void The_environment_of_the_process_is_read()
    {
        var environment = new ProcessEnvironment();

        Assert.False(string.IsNullOrEmpty(environment.Get("PATH")));
        Assert.Null(environment.Get("REKEY_TESTS_NO_SUCH_VARIABLE"));
    }

    private EnvironmentSource Source(string variable) => new(variable, _environment);
}
