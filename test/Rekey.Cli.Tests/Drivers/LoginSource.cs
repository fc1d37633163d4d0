using Rekey.Databases;

namespace Rekey.Cli.Tests.Drivers;

/// <summary>A store whose content the test sets: what a secret manager is to a rotation.</summary>
internal sealed class LoginSource(DatabaseCredential current) : CredentialSource<DatabaseCredential>
{
    private int _leases;

    /// <summary>What the store returns; nothing while it is down.</summary>
    public DatabaseCredential? Current { get; set; } = current;

    /// <summary>Makes a login of its own for every fetch.</summary>
    public Func<Task<DatabaseCredential>>? Issue { get; init; }

    public Func<Lease<DatabaseCredential>, Task>? Revoke { get; init; }

    public override string Reference => "test://logins";

    public override bool CanRevoke => Revoke is not null;

    public override async ValueTask<SourceAnswer<DatabaseCredential>> FetchAsync(FetchRequest<DatabaseCredential> request, CancellationToken cancellationToken)
    {
        var login = Issue is null ? Current : await Issue();
        return new(login ?? throw new CredentialException(CredentialErrors.SourceUnavailable(Reference, "down")))
        {
            LeaseId = Revoke is null ? null : $"lease/{Interlocked.Increment(ref _leases)}",
        };
    }

    public override async ValueTask RevokeAsync(Lease<DatabaseCredential> lease, CancellationToken cancellationToken) => await Revoke!(lease);
}
