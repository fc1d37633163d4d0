using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Cli.Tests.Aws;

/// <summary>The built executable before AWS on loopback. Every key, every token and the secret itself are planted.</summary>
public abstract class AwsProcessTest : LeakCheckedTest
{
    private readonly List<AwsHome> _homes = [];

    /// <summary>A home whose secret exists.</summary>
    private protected AwsHome NewHome(string from = $"aws-sm://{AwsHome.SecretName}")
    {
        var home = Keep(new AwsHome(from));
        home.SecretsManager.Secrets.Create(AwsHome.SecretName, Plant("password-in-the-account/1+2="));
        return home;
    }

    /// <summary>A home where nobody wrote a configuration.</summary>
    private protected AwsHome NewBareHome() => Keep(new AwsHome(from: null));

    private protected Principal Plant(Principal principal)
    {
        Plant(principal.SecretAccessKey.Reveal());
        if (principal.SessionToken is { } token)
            Plant(token.Reveal());
        return principal;
    }

    /// <summary>The secret was read, by the principal that was meant.</summary>
    private protected async Task<CheckedHome> ReadsAsync(AwsHome home, string? command = null)
    {
        var check = await ObserveAsync(home, command);
        Assert.True(check.Status == "unverified", check.Credential + check.End.Errors);
        return check;
    }

    /// <summary>The secret was not read, and this is why.</summary>
    private protected async Task<CheckedHome> FailsAsync(AwsHome home, string code, string? command = null)
    {
        var check = await ObserveAsync(home, command);
        Assert.True(check.Code == code, check.Credential + check.End.Errors);
        return check;
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var home in _homes)
        {
            foreach (var session in home.Account.Sessions)
                Plant(session);
            await home.DisposeAsync();
        }
        await base.DisposeAsync();
    }

    private AwsHome Keep(AwsHome home)
    {
        _homes.Add(home);
        Plant(home.User);
        return home;
    }

    private async Task<CheckedHome> ObserveAsync(AwsHome home, string? command)
    {
        var check = await home.CheckAsync(command);
        Observe(check.End.Output);
        Observe(check.End.Errors);
        return check;
    }
}
