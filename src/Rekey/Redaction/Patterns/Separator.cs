namespace Rekey.Redaction.Patterns;

/// <summary>What stands between the pairs of a connection string.</summary>
internal enum Separator
{
    /// <summary>Nothing tells yet.</summary>
    None,
    Semicolon,
    Ampersand,
    Comma,
    Space,
}
