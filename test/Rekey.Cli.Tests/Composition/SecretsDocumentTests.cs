using Rekey.Cli.Commands;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Testing.Http;

namespace Rekey.Cli.Tests.Composition;

/// <summary><c>SECRETS_ARN</c>: a document of AWS whose fields become credentials of their names.</summary>
public sealed class SecretsDocumentTests : AwsCompositionTest
{
    private const string Name = "all-keys";
    private const string Document = "secrets";
    private const int NoFields = 405;
    private const int FieldWithoutName = 406;
    private const int FieldWithTakenName = 407;

    [Fact]
    public async Task Its_fields_are_credentials_once_it_is_read()
    {
        await using var set = Create("""{ "github": "GITHUB", "stripe": "STRIPE" }""");
        Assert.Equal([Document], Names(set));
        Assert.Equal(0, Server.Connections);

        await RefreshAsync(set, Document);

        Assert.Equal(["github", Document, "stripe"], Names(set));
        await RefreshAsync(set, "github");
        Assert.Equal("github-secret-value", ValueOf(set, "github"));
        Assert.Equal(Document, Get(set, "github").Status.Parent);
    }

    [Fact]
    public async Task A_start_tries_the_fields_too_before_it_says_what_is_missing()
    {
        var fields = Enumerable.Range(0, 100).Select(static i => $"\"field-{i}\": \"a value of no secrecy\"");
        await using var set = Create($"{{ {string.Join(", ", fields)} }}");

        var missing = await new StartReport(set.Configured, Logger, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);

        Assert.Empty(missing);
        Assert.Equal(101, set.Configured.All.Count);
        Assert.All(set.Configured.All, static credential => Assert.Equal(CredentialPhase.Ready, credential.Status.Phase));
    }

    [Fact]
    public async Task A_field_that_a_later_version_brings_becomes_one_too()
    {
        await using var set = Create("""{ "github": "GITHUB" }""");
        await RefreshAsync(set, Document);

        Server.Secrets.Put(Name, Filled("""{ "github": "GITHUB", "stripe": "STRIPE" }"""));
        await RefreshAsync(set, Document);

        await RefreshAsync(set, "stripe");
        Assert.Equal("stripe-secret-value", ValueOf(set, "stripe"));
    }

    [Fact]
    public async Task A_field_that_is_gone_fails_by_its_name_and_comes_back()
    {
        await using var set = Create("""{ "github": "GITHUB", "stripe": "STRIPE" }""");
        await RefreshAsync(set, Document);
        Server.Secrets.Put(Name, Filled("""{ "github": "GITHUB" }"""));
        await RefreshAsync(set, Document);

        var failed = Assert.IsType<RefreshResult.Failed>(await RefreshAsync(set, "stripe"));
        Assert.Contains("stripe", Observe(failed.Error.Message));

        Server.Secrets.Put(Name, Filled("""{ "github": "GITHUB", "stripe": "STRIPE" }"""));
        await RefreshAsync(set, Document);
        await RefreshAsync(set, "stripe");
        Assert.Equal("stripe-secret-value", ValueOf(set, "stripe"));
    }

    [Fact]
    public async Task A_field_whose_name_no_credential_can_have_is_left_out_and_said()
    {
        await using var set = Create("""{ "git hub": "GITHUB", "": "EMPTY", "stripe": "STRIPE" }""");

        await RefreshAsync(set, Document);

        Assert.Equal([Document, "stripe"], Names(set));
        Assert.Equal(2, Events.Count(static e => e == FieldWithoutName));
    }

    [Fact]
    public async Task A_field_with_the_name_of_another_credential_is_left_out_and_said()
    {
        Environment["DATABASE_URL"] = $"postgres://me:{Plant("password-in-a-url").Reveal()}@127.0.0.1:1/none";
        await using var set = Create("""{ "database": "DATABASE", "secrets": "SECRETS", "stripe": "STRIPE" }""");

        await RefreshAsync(set, Document);

        Assert.Equal(["database", Document, "stripe"], Names(set));
        Assert.Equal(2, Events.Count(static e => e == FieldWithTakenName));
        Assert.Equal("env://DATABASE_URL", Get(set, "database").Status.Source);
    }

    [Fact]
    public async Task A_document_that_cannot_be_reached_at_the_start_brings_its_fields_later()
    {
        Server.Faults.Always("GetSecretValue", WireFault.Reset);
        await using var set = Create("""{ "github": "GITHUB" }""");
        var failed = Assert.IsType<RefreshResult.Failed>(await RefreshAsync(set, Document));
        Assert.Equal("AWS_UNREACHABLE", failed.Error.Code);
        Assert.Equal([Document], Names(set));

        Server.Faults.End("GetSecretValue");
        await RefreshAsync(set, Document);

        Assert.Equal(["github", Document], Names(set));
    }

    [Fact]
    public async Task A_rotation_reaches_all_fields_and_no_pair_is_ever_torn()
    {
        await using var set = Create(Version(1));
        await RefreshAsync(set, Document);
        await Task.WhenAll(RefreshAsync(set, "user"), RefreshAsync(set, "key"));

        for (var version = 2; version <= 5; version++)
        {
            Server.Secrets.Put(Name, Filled(Version(version)));
            await Task.WhenAll(RefreshAsync(set, "user"), RefreshAsync(set, "key"));

            Assert.Equal(($"user-value-{version}", $"key-value-{version}"), (ValueOf(set, "user"), ValueOf(set, "key")));
        }

        string Version(int number) => $$"""{ "user": "user-value-{{number}}", "key": "{{Plant($"key-value-{number}").Reveal()}}" }""";
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("[1, 2]")]
    public async Task A_document_without_fields_makes_no_credentials_and_says_so(string content)
    {
        await using var set = Create(content);

        await RefreshAsync(set, Document);

        Assert.Equal([Document], Names(set));
        Assert.Contains(NoFields, Events);
    }

    [Fact]
    public async Task What_is_no_secret_in_it_may_be_printed()
    {
        await using var set = Create("""{ "host": "db.internal.example", "port": "5432", "password": "PASSWORD" }""");
        await RefreshAsync(set, Document);

        await Task.WhenAll(RefreshAsync(set, "host"), RefreshAsync(set, "password"));

        Assert.Equal("db.internal.example", ValueOf(set, "host"));
        Assert.Equal($"db.internal.example {Secret.Marker}", Observe(Redactor.Redact("db.internal.example password-secret-value")));
    }

    private CredentialSet Create(string content)
    {
        Environment["SECRETS_ARN"] = Server.Secrets.Create(Name, Filled(content));
        return Build(ZeroConfiguration.Read(Environment));
    }

    // A word in capitals stands for a secret of that name.
    private Secret Filled(string content)
    {
        foreach (var word in new[] { "GITHUB", "STRIPE", "DATABASE", "SECRETS", "EMPTY", "PASSWORD" })
        {
            if (content.Contains(word, StringComparison.Ordinal))
                content = content.Replace(word, Plant($"{word.ToLowerInvariant()}-secret-value").Reveal());
        }
        return new Secret(content);
    }

    private static IEnumerable<string> Names(CredentialSet set) => set.Configured.All.Select(static c => c.Name);
}
