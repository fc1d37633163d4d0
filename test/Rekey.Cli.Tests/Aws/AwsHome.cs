using System.Text.Json;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Aws;

namespace Rekey.Cli.Tests.Aws;

/// <summary>A user's home, with at most one credential, in an account of AWS on loopback. The environment is that of the test and no other.</summary>
internal sealed class AwsHome : IAsyncDisposable
{
    public const string SecretName = "orders";

    /// <summary>Makes it; without <paramref name="from"/> nothing is configured by a file.</summary>
    public AwsHome(string? from)
    {
        SecretsManager = new SecretsManagerServer(Account);
        Sts = new StsServer(Account);
        User = Account.Add(Principal.NewUser());
        Variables["AWS_REGION"] = Account.Region;
        Variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = SecretsManager.Address.ToString();
        Variables["AWS_ENDPOINT_URL_STS"] = Sts.Address.ToString();
        Variables["AWS_EC2_METADATA_DISABLED"] = "true";
        if (from is not null)
            Home.Configure($$"""{ "credentials": { "orders": { "kind": "value", "from": "{{from}}" } } }""");
    }

    public UserHome Home { get; } = new();

    public Dictionary<string, string> Variables => Home.Variables;

    public AwsAccount Account { get; } = new();

    public SecretsManagerServer SecretsManager { get; }

    public StsServer Sts { get; }

    /// <summary>A user with long-lived keys.</summary>
    public Principal User { get; }

    /// <summary>Who read the secret, by their access key ids.</summary>
    public IEnumerable<string?> Readers => SecretsManager.Calls.Select(static call => call.AccessKeyId);

    public void SignWith(Principal principal)
    {
        Variables["AWS_ACCESS_KEY_ID"] = principal.AccessKeyId;
        Variables["AWS_SECRET_ACCESS_KEY"] = principal.SecretAccessKey.Reveal();
        if (principal.SessionToken is { } token)
            Variables["AWS_SESSION_TOKEN"] = token.Reveal();
    }

    public void WriteConfig(string text) => Home.Write(".aws/config", text);

    public void WriteKeys(string profile, Principal principal) => Home.Write(".aws/credentials", Keys(profile, principal));

    /// <summary>The section of a profile with keys.</summary>
    public static string Keys(string section, Principal principal) =>
        $"""
        [{section}]
        aws_access_key_id = {principal.AccessKeyId}
        aws_secret_access_key = {principal.SecretAccessKey.Reveal()}
        {(principal.SessionToken is { } token ? $"aws_session_token = {token.Reveal()}" : "")}

        """;

    /// <summary>The profile <c>reader</c> becomes a role with the keys of the profile <c>base</c>.</summary>
    public AwsRole WriteRole()
    {
        var role = Account.Add(new AwsRole("reader") { Trusts = caller => caller.AccessKeyId == User.AccessKeyId });
        WriteConfig($"[profile reader]\nrole_arn = {role.Arn}\nsource_profile = base\n");
        WriteKeys("base", User);
        Variables["AWS_PROFILE"] = "reader";
        return role;
    }

    /// <summary>The environment that Kubernetes gives a pod with a role.</summary>
    public AwsRole WriteWebIdentity(Secret token)
    {
        var role = Account.Add(new AwsRole("pod") { WebIdentityToken = token });
        Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = Home.Write("token", token.Reveal());
        Variables["AWS_ROLE_ARN"] = role.Arn;
        return role;
    }

    /// <summary>The profile <c>work</c> has its keys from a command.</summary>
    public void WriteCommand()
    {
        Home.Write("keys.json", $$"""
            {"Version": 1, "AccessKeyId": "{{User.AccessKeyId}}", "SecretAccessKey": "{{User.SecretAccessKey.Reveal()}}"}
            """);
        WriteConfig($"[profile work]\ncredential_process = cat {Home.Path}/keys.json\n");
        Variables["AWS_PROFILE"] = "work";
    }

    /// <summary>The environment that ECS gives the container of a task with a role.</summary>
    public ContainerCredentialsServer WriteContainer(Secret token)
    {
        var container = new ContainerCredentialsServer(Account, new AwsRole("task"), token);
        Variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container.Address.ToString();
        Variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = token.Reveal();
        return container;
    }

    /// <summary>A machine with a role.</summary>
    public InstanceMetadataServer WriteMachine()
    {
        var machine = new InstanceMetadataServer(Account, new AwsRole("machine"));
        Variables.Remove("AWS_EC2_METADATA_DISABLED");
        Variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = machine.Address.ToString();
        return machine;
    }

    /// <summary>Runs <c>rekey check</c> to its end.</summary>
    public async Task<CheckedHome> CheckAsync(string? command = null)
    {
        var end = await ChildProcess.RunAsync(command ?? BuiltExecutable.Path, ["check", "--json", "--log-level", "trace"], Home.Environment);
        Assert.True(end.Output.StartsWith('{'), end.Errors);
        return new CheckedHome(end, JsonElement.Parse(end.Output).GetProperty("credentials").EnumerateArray().First(static c => c.GetProperty("required").GetBoolean()));
    }

    public async ValueTask DisposeAsync()
    {
        await SecretsManager.DisposeAsync();
        await Sts.DisposeAsync();
        Home.Dispose();
    }
}

/// <summary>What <c>rekey check</c> said about the one credential that is required.</summary>
internal sealed record CheckedHome(Finished End, JsonElement Credential)
{
    public string? Status => Credential.GetProperty("status").GetString();

    public string? Code => Error?.GetProperty("code").GetString();

    public string Message => Error?.GetProperty("message").GetString() ?? "";

    public string NextStep => Error?.GetProperty("nextStep").GetString() ?? "";

    private JsonElement? Error => Credential.TryGetProperty("error", out var error) ? error : null;
}
