using System.Text.Json.Nodes;
using Rekey.Aws;
using Rekey.Aws.SecretsManager;
using Rekey.Cli.Drivers.Postgres;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Aws;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Load;

/// <summary>A login of a real PostgreSQL that AWS Secrets Manager keeps and a rotation function changes, and the table that it may read.</summary>
internal sealed class SecretsManagerStage : IAsyncDisposable
{
    private const string SecretName = "prod/orders";

    private readonly AwsAccount _account = new();
    private readonly FakeEnvironment _environment = new();
    private readonly List<SecretsManagerSource> _sources = [];

    private SecretsManagerStage(PostgresServer postgres, bool alternatesUsers, Action<string>? minted)
    {
        Postgres = postgres;
        Server = new SecretsManagerServer(_account);
        Function = new RotationFunction(Server.Secrets, SecretName, postgres) { AlternatesUsers = alternatesUsers, Minted = minted };
        var caller = _account.Add(Principal.NewUser());
        minted?.Invoke(caller.SecretAccessKey.Reveal());
        _environment["AWS_ACCESS_KEY_ID"] = caller.AccessKeyId;
        _environment["AWS_SECRET_ACCESS_KEY"] = caller.SecretAccessKey.Reveal();
    }

    public PostgresServer Postgres { get; }

    public SecretsManagerServer Server { get; }

    public RotationFunction Function { get; }

    /// <summary>More connections than the load ever needs: a pool that is full would hide that a login is refused.</summary>
    public IDatabaseDriver Driver { get; } = new PostgresDriver(maxPoolSize: 64);

    /// <summary>The user that the first version names; <c>_clone</c> ends the name of the other one.</summary>
    public string User { get; } = PostgresServer.NewName("rotated");

    public AwsSecret Secret => Server.Secrets.Get(SecretName);

    /// <summary>The id of the version that applications read.</summary>
    public string Current => Secret.Stages[AwsSecret.Current];

    public static async Task<SecretsManagerStage> PrepareAsync(PostgresServer postgres, bool alternatesUsers = false, Action<string>? minted = null)
    {
        var stage = new SecretsManagerStage(postgres, alternatesUsers, minted);
        var password = PostgresServer.NewPassword();
        minted?.Invoke(password);
        await DatabaseSecret.CreateAsync(
            stage.Server.Secrets, SecretName, postgres, stage.User, new Secret(password), new Dictionary<string, JsonNode?> { ["encrypt"] = false });
        await postgres.ExecuteAsync($"""
            create schema if not exists rekey_demo;
            create table if not exists rekey_demo.orders as select i as id, i * 1.25 as total from generate_series(1, 1000) i;
            grant usage on schema rekey_demo to {stage.User};
            grant select on rekey_demo.orders to {stage.User};
            """);
        return stage;
    }

    /// <summary>The secret as an application reads it: signed, over HTTP.</summary>
    public CredentialSource<DatabaseCredential> Open()
    {
        var source = new SecretsManagerSource(
            SecretName, new AwsAccess { Environment = _environment, Region = _account.Region, Endpoint = Server.Address });
        _sources.Add(source);
        return new ReadingSource<DatabaseCredential>(source, document => DatabaseReader.Read(document, null, source.Reference));
    }

    /// <summary>How many logins of either user the database has refused.</summary>
    public async Task<int> RefusedLoginsAsync() =>
        await Postgres.RefusedLoginsAsync(User) + await Postgres.RefusedLoginsAsync(User + "_clone");

    /// <summary>How often the pending version was asked for.</summary>
    public int PendingReads => Server.Calls.Count(static call => call.VersionStage == AwsSecret.Pending);

    /// <summary>An operator makes good what a rotation left behind: the database accepts what the secret says.</summary>
    public async Task SetPasswordOfCurrentAsync()
    {
        var login = JsonNode.Parse(Secret.Version(null, AwsSecret.Current).Text!.Value.Reveal())!;
        await Postgres.SetPasswordAsync((string)login["username"]!, (string)login["password"]!);
    }

    public void DeleteSecret() => Server.Secrets.Delete(SecretName);

    public void RestoreSecret() => Server.Secrets.Restore(SecretName);

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            source.Dispose();
        await Server.DisposeAsync();
    }
}
