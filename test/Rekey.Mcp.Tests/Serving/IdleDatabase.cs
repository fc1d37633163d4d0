using Rekey.Databases;
using Rekey.Mcp.Databases;
using Rekey.Testing.Databases;

namespace Rekey.Mcp.Tests.Serving;

/// <summary>A database that is configured and never spoken to: enough for what is announced.</summary>
internal static class IdleDatabase
{
    public static DatabaseBinding Named(string name, CredentialRegistry registry, Func<string, IDatabaseCatalog?>? catalogFor = null)
    {
        var credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = name,
            Kind = "database",
            Source = new NoSource(),
        });
        registry.Add(credential);
        var driver = new ScriptedDatabase();
        return new DatabaseBinding(credential, new RotatingDataSource(credential, driver), driver, catalogFor ?? (static _ => null));
    }

    private sealed class NoSource : CredentialSource<DatabaseCredential>
    {
        public override string Reference => "scripted://nowhere";

        public override ValueTask<SourceAnswer<DatabaseCredential>> FetchAsync(FetchRequest<DatabaseCredential> request, CancellationToken cancellationToken) =>
            throw new CredentialException(CredentialErrors.SourceUnavailable(Reference, "it does not exist"));
    }
}
