namespace Rekey;

/// <summary>Learns secrets before their first use, so that every door can hide them.</summary>
public interface ISecretRegistry
{
    /// <summary>Registers <paramref name="value"/> under the credential it belongs to and the field it came from.</summary>
    void Register(string credential, string field, Secret value);
}
