using Rekey.Aws.Profiles;
using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Aws.Tests;

/// <summary>Sources before an account of AWS on loopback, signing with the keys of an environment.</summary>
public abstract class AwsTest : LeakCheckedTest
{
    private readonly List<IDisposable> _made = [];

    protected AwsTest()
    {
        Account = new AwsAccount();
        Caller = Account.Add(Principal.NewUser());
        Plant(Caller.SecretAccessKey.Reveal());
        Secrets = new SecretsManagerServer(Account);
        Parameters = new ParameterStoreServer(Account);
        SignWith(Caller);
    }

    protected AwsAccount Account { get; }

    protected Principal Caller { get; }

    protected SecretsManagerServer Secrets { get; }

    protected ParameterStoreServer Parameters { get; }

    protected FakeEnvironment Environment { get; } = new();

    protected void SignWith(Principal principal)
    {
        Environment["AWS_ACCESS_KEY_ID"] = principal.AccessKeyId;
        Environment["AWS_SECRET_ACCESS_KEY"] = principal.SecretAccessKey.Reveal();
        Environment["AWS_SESSION_TOKEN"] = principal.SessionToken?.Reveal();
    }

    // The configuration of whoever runs the tests is none of theirs.
    protected AwsAccess Access(Uri? endpoint = null) => new()
    {
        Environment = Environment,
        Region = Account.Region,
        Endpoint = endpoint ?? Secrets.Address,
        Files = new AwsFiles(Environment, "/nowhere"),
    };

    protected T Using<T>(T source)
        where T : IDisposable
    {
        _made.Add(source);
        return source;
    }

    /// <summary>What a fetch fails with.</summary>
    protected async Task<CredentialError> FailureOf(CredentialSource<SecretDocument> source)
    {
        var exception = Observe(await Assert.ThrowsAsync<CredentialException>(async () => await FetchAsync(source)));
        Observe(exception.Error.ToString());
        return exception.Error;
    }

    protected static ValueTask<SourceAnswer<SecretDocument>> FetchAsync(CredentialSource<SecretDocument> source, CancellationToken cancellationToken = default) =>
        source.FetchAsync(new FetchRequest<SecretDocument>(RefreshTrigger.Demand, null), cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in _made)
            source.Dispose();
        await Secrets.DisposeAsync();
        await Parameters.DisposeAsync();
        await base.DisposeAsync();
    }
}
