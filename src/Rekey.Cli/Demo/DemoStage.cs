using System.Security.Cryptography;
using Rekey.Databases;
using Rekey.Mcp.Databases;

namespace Rekey.Cli.Demo;

/// <summary>A database whose logins change, and the store that hands them out. Every kind of rotation is made of three acts on users.</summary>
internal abstract class DemoStage : IAsyncDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(150);
    private readonly TimeProvider _time;
    private string _user = First;
    private int _roles;

    protected DemoStage(TimeProvider time)
    {
        _time = time;
        Store = new DemoStore(time, RemoveUserAsync);
    }

    private const string First = "rekey_demo_a";
    private const string Second = "rekey_demo_b";

    /// <summary>Where the logins come from.</summary>
    public DemoStore Store { get; }

    /// <summary>What is real here and what is simulated, in a sentence.</summary>
    public abstract string Describe { get; }

    /// <summary>How the database is spoken to.</summary>
    public abstract IDatabaseDriver Driver { get; }

    /// <summary>What the tools ask about it.</summary>
    public abstract IDatabaseCatalog Catalog { get; }

    /// <summary>A short read and a longer one, as agents mix them.</summary>
    public abstract IReadOnlyList<string> Queries { get; }

    /// <summary>A row that holds the password in use when the demo began.</summary>
    public abstract string PlantedQuery { get; }

    /// <summary>That password.</summary>
    public Secret Planted { get; } = NewPassword();

    /// <summary>Creates the database, the two users and the planted row.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await CreateAsync(cancellationToken).ConfigureAwait(false);
        await SetUserAsync(First, Planted, cancellationToken).ConfigureAwait(false);
        await SetUserAsync(Second, NewPassword(), cancellationToken).ConfigureAwait(false);
        Store.Put(LoginOf(First, Planted));
    }

    /// <summary>Carries one rotation through; <paramref name="announce"/> is the event that the outside world sends.</summary>
    public async Task RotateAsync(RotationKind kind, Func<Task> announce, CancellationToken cancellationToken)
    {
        var password = NewPassword();
        _user = kind switch
        {
            RotationKind.AlternatingUsers => _user == First ? Second : First,
            RotationKind.NewRole => $"rekey_demo_role_{++_roles}",
            _ => _user is First or Second ? _user : First,
        };
        await SetUserAsync(_user, password, cancellationToken).ConfigureAwait(false);
        if (kind is RotationKind.SingleUserWindow)
            await Task.Delay(Window, _time, cancellationToken).ConfigureAwait(false);
        Store.Put(LoginOf(_user, password), isIssued: kind is RotationKind.NewRole);
        await announce().ConfigureAwait(false);
    }

    /// <summary>Ends an issued login at once, as an issuer does whose lease is over. The two users of the stage stay.</summary>
    public Task EndIssuedAsync(string user) => user is First or Second ? Task.CompletedTask : RemoveUserAsync(user, CancellationToken.None);

    public abstract ValueTask DisposeAsync();

    protected abstract Task CreateAsync(CancellationToken cancellationToken);

    /// <summary>Gives the user this password, creating it with its grants if it is new.</summary>
    protected abstract Task SetUserAsync(string name, Secret password, CancellationToken cancellationToken);

    /// <summary>Removes the user; what it has open is of no use any longer.</summary>
    protected abstract Task RemoveUserAsync(string name, CancellationToken cancellationToken);

    protected abstract DatabaseCredential LoginOf(string user, Secret password);

    private static Secret NewPassword() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
}
