using Rekey.Databases;

namespace Rekey.Mcp.Databases;

/// <summary>A database that the tools read: the credential, the pool that follows it, and what is known of its engine.</summary>
/// <param name="Credential">The login, kept alive.</param>
/// <param name="DataSource">The pool that follows it.</param>
/// <param name="Driver">How the engine is spoken to.</param>
/// <param name="CatalogFor">The catalogue of an engine by its name; null when there is none.</param>
public sealed record DatabaseBinding(
    ManagedCredential<DatabaseCredential> Credential, RotatingDataSource DataSource, IDatabaseDriver Driver, Func<string, IDatabaseCatalog?> CatalogFor)
{
    /// <summary>The credential's name, by which an agent chooses the database.</summary>
    public string Name => Credential.Name;
}
