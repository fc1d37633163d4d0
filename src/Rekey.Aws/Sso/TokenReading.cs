namespace Rekey.Aws.Sso;

/// <summary>What a look at the token of a session found.</summary>
internal enum TokenState
{
    /// <summary>A token, be it over.</summary>
    Present,

    /// <summary>Nothing: nobody has signed in.</summary>
    Missing,

    /// <summary>A file that holds no token.</summary>
    Damaged,

    /// <summary>A file that this process may not read.</summary>
    Forbidden,

    /// <summary>A file that cannot be read now.</summary>
    Busy,
}

/// <summary>What a look at the token of a session found.</summary>
/// <param name="State">What it was.</param>
/// <param name="Token">The token, if it was one.</param>
/// <param name="IsInMemory">Whether the token could not be written, so that no other tool sees it.</param>
internal sealed record TokenReading(TokenState State, CachedToken? Token = null, bool IsInMemory = false);
