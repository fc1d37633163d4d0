namespace Rekey.Databases;

/// <summary>What a secret says about a login, before fixed parts and defaults complete it.</summary>
/// <param name="Parts">What it says besides the password; the engine already under our name.</param>
/// <param name="Password">The password; empty when it says none.</param>
internal sealed record DatabaseContent(DatabaseParts Parts, Secret Password)
{
    public static DatabaseContent Unreadable { get; } = new(new DatabaseParts(), default);

    /// <summary>Whether the secret itself means a login without a password, as a URL can.</summary>
    public bool HasNoPassword { get; init; }
}
