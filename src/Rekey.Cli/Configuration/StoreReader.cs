using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>Reads where sessions are kept, and what encrypts them.</summary>
internal sealed class StoreReader(ProblemList problems)
{
    private const string Section = "store";

    public StoreConfiguration Read(System.Text.Json.JsonElement element)
    {
        if (StrictObject.Read(element, Section, KeySet.Store, problems) is not { } store)
            return new StoreConfiguration();
        return new StoreConfiguration { Path = store.Text("path"), Key = KeyOf(store) };
    }

    private SecretReference? KeyOf(StrictObject store)
    {
        if (store["key"] is not { } key || new OriginReader(problems).ReferenceOf(key, store.PathOf("key")) is not { } reference)
            return null;
        // A credential may stand on the store itself, and the login at Vault is a credential.
        if (reference.Scheme is not ("vault" or "credential"))
            return reference;
        problems.Add(store.PathOf("key"), "The key is read before any credential: name its place itself, for example file:///run/secrets/rekey-key.");
        return null;
    }
}
