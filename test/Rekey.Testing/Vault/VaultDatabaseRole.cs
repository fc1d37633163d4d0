namespace Rekey.Testing.Vault;

/// <summary>A role of the database engine: what a login of it is like, and what is done at the database to make and to end one.</summary>
public sealed record VaultDatabaseRole
{
    public required string Name { get; init; }

    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan MaxTimeToLive { get; set; } = TimeSpan.FromHours(24);

    public bool IsRenewable { get; set; } = true;

    /// <summary>What the next password is; null for one that nobody has ever had.</summary>
    public Func<string>? NewPassword { get; set; }

    /// <summary>Creation statements, for a user name and a password.</summary>
    public Func<string, string, Task> Create { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>Revocation statements, for a user name.</summary>
    public Func<string, Task> Revoke { get; init; } = static _ => Task.CompletedTask;
}

/// <summary>A login that stays and whose password Vault changes.</summary>
public sealed record VaultStaticRole
{
    public required string Name { get; init; }

    public required string UserName { get; init; }

    public required TimeSpan Period { get; init; }

    /// <summary>Sets the password at the database.</summary>
    public Func<string, string, Task> Rotate { get; init; } = static (_, _) => Task.CompletedTask;

    public string Password { get; set; } = "";

    public DateTimeOffset Rotated { get; internal set; }
}
