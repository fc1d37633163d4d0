namespace Rekey.Testing.Tds;

/// <summary>What a server says about encryption before the login.</summary>
public enum TdsEncryption
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>The login is encrypted; the rest is if the client wants it.</summary>
    Login,

    /// <summary>Everything is encrypted.</summary>
    Full,
}
