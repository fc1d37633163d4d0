using System.Text.Json.Nodes;
using Npgsql;
using Rekey.Testing.Postgres;

namespace Rekey.Testing.Aws;

/// <summary>
/// What a rotation function of AWS does, in its four steps, to a secret that holds a login of a real PostgreSQL. Each step can be called alone,
/// and again: it begins with what is already done. A test stops wherever the story stops.
/// </summary>
public sealed class RotationFunction(AwsSecrets secrets, string secretId, PostgresServer postgres)
{
    private const string CloneEnd = "_clone";

    /// <summary>Two users in turn, <c>x</c> and <c>x_clone</c>: the login that is not in use gets a new password.</summary>
    public bool AlternatesUsers { get; init; }

    /// <summary>Sees each new password before it is used, so that a test can plant it.</summary>
    public Action<string>? Minted { get; init; }

    /// <summary>A whole rotation. Refused while an earlier one is not complete, as the service refuses it.</summary>
    public async Task RotateAsync()
    {
        if (IsUnderWay)
            throw new AwsException("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.");
        await RotateUntilTestedAsync();
        FinishSecret();
    }

    /// <summary>The database knows the new password, the test was fine, and nobody finishes: AWSCURRENT is wrong, AWSPENDING is right.</summary>
    public async Task RotateUntilTestedAsync()
    {
        CreateSecret();
        await SetSecretAsync();
        await TestSecretAsync();
    }

    /// <summary>A rotation that fails and leaves its AWSPENDING behind: the database never learned the password.</summary>
    public async Task RotateAndFailAsync()
    {
        CreateSecret();
        var isAccepted = true;
        try
        {
            await TestSecretAsync();
        }
        catch (PostgresException)
        {
            isAccepted = false;
        }
        if (isAccepted)
            throw new InvalidOperationException("The database already accepts what is pending: this rotation cannot fail.");
    }

    /// <summary>A faulty function that skips two steps: what becomes AWSCURRENT cannot log in.</summary>
    public void PublishUnset()
    {
        CreateSecret();
        FinishSecret();
    }

    /// <summary>createSecret: a new version under AWSPENDING.</summary>
    public void CreateSecret()
    {
        if (IsUnderWay)
            return;
        var login = Document(AwsSecret.Current);
        var password = PostgresServer.NewPassword();
        Minted?.Invoke(password);
        login["password"] = password;
        if (AlternatesUsers)
            login["username"] = Other(User(login));
        secrets.Put(secretId, new Secret(login.ToJsonString()), AwsSecret.Pending);
    }

    /// <summary>setSecret: the database learns what is pending.</summary>
    public async Task SetSecretAsync()
    {
        var login = Document(AwsSecret.Pending);
        var user = User(login);
        if (await postgres.ScalarAsync($"select 1 from pg_roles where rolname = '{user}'") is not null)
        {
            await postgres.SetPasswordAsync(user, Password(login));
            return;
        }
        await postgres.CreateRoleAsync(user, Password(login));
        await postgres.ExecuteAsync($"grant \"{Other(user)}\" to \"{user}\"");
    }

    /// <summary>testSecret: a login with what is pending. Throws what the database says.</summary>
    public async Task TestSecretAsync()
    {
        var login = Document(AwsSecret.Pending);
        var settings = new NpgsqlConnectionStringBuilder(postgres.AdminConnectionString)
        {
            Username = User(login),
            Password = Password(login),
            Database = login["dbname"]?.GetValue<string>() ?? "postgres",
            Pooling = false,
        };
        await using var source = NpgsqlDataSource.Create(settings);
        await using var command = source.CreateCommand("select now()");
        await command.ExecuteScalarAsync();
    }

    /// <summary>finishSecret: what is pending becomes current.</summary>
    public void FinishSecret()
    {
        var stages = Secret.Stages;
        if (stages.TryGetValue(AwsSecret.Pending, out var pending))
            secrets.MoveStage(secretId, AwsSecret.Current, pending, stages[AwsSecret.Current]);
    }

    /// <summary>An operator gives up a rotation that is stuck.</summary>
    public void Cancel()
    {
        if (Secret.Stages.TryGetValue(AwsSecret.Pending, out var pending))
            secrets.MoveStage(secretId, AwsSecret.Pending, null, pending);
    }

    /// <summary>An operator makes the previous version current again; only in the store, or in the database as well.</summary>
    public async Task RollBackAsync(bool alsoInDatabase)
    {
        var stages = Secret.Stages;
        if (alsoInDatabase)
        {
            var login = Document(AwsSecret.Previous);
            await postgres.SetPasswordAsync(User(login), Password(login));
        }
        secrets.MoveStage(secretId, AwsSecret.Current, stages[AwsSecret.Previous], stages[AwsSecret.Current]);
    }

    private AwsSecret Secret => secrets.Get(secretId);

    private bool IsUnderWay => Secret.Stages.TryGetValue(AwsSecret.Pending, out var pending) && pending != Secret.Stages[AwsSecret.Current];

    private JsonObject Document(string stage) => JsonNode.Parse(Secret.Version(null, stage).Text!.Value.Reveal())!.AsObject();

    private static string User(JsonObject login) => login["username"]!.GetValue<string>();

    private static string Password(JsonObject login) => login["password"]!.GetValue<string>();

    private static string Other(string user) =>
        user.EndsWith(CloneEnd, StringComparison.Ordinal) ? user[..^CloneEnd.Length] : user + CloneEnd;
}
