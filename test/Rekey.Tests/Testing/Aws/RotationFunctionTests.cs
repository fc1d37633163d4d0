using System.Text.Json.Nodes;
using Npgsql;
using Rekey.Testing;
using Rekey.Testing.Aws;
using Rekey.Testing.Postgres;

namespace Rekey.Tests.Testing.Aws;

public sealed class RotationFunctionTests : LeakCheckedTest
{
    private readonly AwsSecrets _secrets = new(new AwsAccount());
    private readonly string _user = PostgresServer.NewName("rotated");
    private PostgresServer _postgres = null!;

    public override async ValueTask InitializeAsync()
    {
        _postgres = await PostgresServer.SharedAsync();
        await DatabaseSecret.CreateAsync(_secrets, "orders", _postgres, _user, Plant(PostgresServer.NewPassword()), new Dictionary<string, JsonNode?> { ["encrypt"] = false });
    }

    private RotationFunction Function(bool alternates = false) =>
        new(_secrets, "orders", _postgres) { AlternatesUsers = alternates, Minted = password => Plant(password) };

    private JsonNode Document(string stage) => JsonNode.Parse(_secrets.Get("orders").Version(null, stage).Text!.Value.Reveal())!;

    private string User(string stage) => (string)Document(stage)["username"]!;

    private async Task<bool> LogsInAsync(string stage)
    {
        var login = Document(stage);
        var settings = new NpgsqlConnectionStringBuilder(_postgres.AdminConnectionString) { Username = (string)login["username"]!, Password = (string)login["password"]!, Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (PostgresException e)
        {
            Assert.Equal(PostgresErrorCodes.InvalidPassword, Observe(e).SqlState);
            return false;
        }
    }

    [Fact]
    public async Task One_user_has_a_window_in_which_the_current_login_is_wrong()
    {
        var function = Function();

        function.CreateSecret();
        Assert.Equal((true, false), (await LogsInAsync(AwsSecret.Current), await LogsInAsync(AwsSecret.Pending)));
        await function.SetSecretAsync();
        await function.TestSecretAsync();
        Assert.Equal((false, true), (await LogsInAsync(AwsSecret.Current), await LogsInAsync(AwsSecret.Pending)));
        function.FinishSecret();
        Assert.Equal((true, false), (await LogsInAsync(AwsSecret.Current), await LogsInAsync(AwsSecret.Previous)));
        Assert.Equal([AwsSecret.Current, AwsSecret.Previous], _secrets.Get("orders").Stages.Keys);
        Assert.False((bool)Document(AwsSecret.Current)["encrypt"]!);
    }

    [Fact]
    public async Task Two_users_in_turn_leave_the_previous_login_valid()
    {
        var function = Function(alternates: true);
        await _postgres.ExecuteAsync($"create table {_user}_t (n int); grant select on {_user}_t to {_user}");

        await function.RotateAsync();
        Assert.Equal((_user + "_clone", _user), (User(AwsSecret.Current), User(AwsSecret.Previous)));
        Assert.Equal((true, true), (await LogsInAsync(AwsSecret.Current), await LogsInAsync(AwsSecret.Previous)));
        Assert.True((bool)(await _postgres.ScalarAsync($"select has_table_privilege('{_user}_clone', '{_user}_t', 'select')"))!);

        await function.RotateAsync();
        Assert.Equal((_user, _user + "_clone"), (User(AwsSecret.Current), User(AwsSecret.Previous)));
        Assert.Equal((true, true), (await LogsInAsync(AwsSecret.Current), await LogsInAsync(AwsSecret.Previous)));
    }

    [Fact]
    public async Task Each_step_done_twice_is_done_once()
    {
        var function = Function();

        function.CreateSecret();
        var pending = _secrets.Get("orders").Stages[AwsSecret.Pending];
        function.CreateSecret();
        await function.SetSecretAsync();
        await function.SetSecretAsync();
        function.FinishSecret();
        function.FinishSecret();

        Assert.Equal(pending, _secrets.Get("orders").Stages[AwsSecret.Current]);
        Assert.True(await LogsInAsync(AwsSecret.Current));
    }

    [Fact]
    public async Task A_rotation_that_fails_leaves_what_is_pending_and_stands_in_the_way()
    {
        var function = Function();

        await function.RotateAndFailAsync();

        Assert.Equal((true, false), (await LogsInAsync(AwsSecret.Current), await LogsInAsync(AwsSecret.Pending)));
        Assert.Equal("InvalidRequestException", (await Assert.ThrowsAsync<AwsException>(function.RotateAsync)).Code);
        function.Cancel();
        await function.RotateAsync();
        Assert.True(await LogsInAsync(AwsSecret.Current));
    }

    [Fact]
    public async Task A_function_that_skips_a_step_publishes_what_cannot_log_in()
    {
        Function().PublishUnset();

        Assert.Equal((false, true), (await LogsInAsync(AwsSecret.Current), await LogsInAsync(AwsSecret.Previous)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_roll_back_makes_the_previous_version_current(bool alsoInDatabase)
    {
        var first = _secrets.Get("orders").Stages[AwsSecret.Current];
        var function = Function();
        await function.RotateAsync();

        await function.RollBackAsync(alsoInDatabase);

        Assert.Equal(first, _secrets.Get("orders").Stages[AwsSecret.Current]);
        Assert.Equal((alsoInDatabase, !alsoInDatabase), (await LogsInAsync(AwsSecret.Current), await LogsInAsync(AwsSecret.Previous)));
    }

    [Fact]
    public async Task A_secret_that_goes_stops_the_rotation()
    {
        var function = Function();
        await function.RotateUntilTestedAsync();

        _secrets.Delete("orders");

        Assert.Equal("InvalidRequestException", Assert.Throws<AwsException>(function.FinishSecret).Code);
    }
}
