namespace Rekey.Testing.OAuth;

/// <summary>What the server does with a refresh token that was used.</summary>
/// <param name="Rotates">Whether a refresh brings a new one and spends the old.</param>
/// <param name="Grace">How often a spent one is taken all the same. Once more than that, and the whole family is revoked.</param>
public sealed record OAuthRotation(bool Rotates, int Grace = 0)
{
    /// <summary>Each is good once; one that comes back revokes the family.</summary>
    public static OAuthRotation Strict { get; } = new(Rotates: true);

    /// <summary>One is good for ever, and no answer carries another.</summary>
    public static OAuthRotation None { get; } = new(Rotates: false);
}
