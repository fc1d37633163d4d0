namespace Rekey.OAuth;

/// <summary>Why a server did not do what it was asked.</summary>
internal enum OAuthFaultKind
{
    /// <summary>It said no in a way of its own; the status is all that is repeated of it.</summary>
    Other,
    AuthorizationPending,
    SlowDown,
    ExpiredToken,
    AccessDenied,
    InvalidGrant,

    /// <summary>Only a human at its pages can go on.</summary>
    HumanNeeded,
    InvalidClient,
    UnauthorizedClient,
    InvalidScope,
    InvalidTarget,
    UnsupportedGrantType,
    InvalidRequest,

    /// <summary>It wants to be asked later.</summary>
    Busy,

    /// <summary>It failed, and says so itself.</summary>
    ServerFailure,

    /// <summary>There is nothing at this address.</summary>
    NotFound,

    /// <summary>It points elsewhere, where nobody follows with a secret.</summary>
    Redirect,

    /// <summary>Its answer is larger than any answer of its kind.</summary>
    TooLarge,

    /// <summary>Its answer is no JSON object.</summary>
    Unreadable,

    /// <summary>It was never reached: nothing was done.</summary>
    Unreachable,

    /// <summary>It was reached and the answer never came, or came broken: it may be done.</summary>
    NoAnswer,
}

/// <summary>A call that failed, by type and code.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Status">The HTTP status; zero without an answer.</param>
/// <param name="RetryAfter">How long the server wants to be left alone.</param>
internal sealed record OAuthFault(OAuthFaultKind Kind, int Status = 0, TimeSpan? RetryAfter = null)
{
    /// <summary>Whether the same call may succeed soon: the server was busy, away or broken.</summary>
    public bool IsPassing => Kind is OAuthFaultKind.Unreachable or OAuthFaultKind.NoAnswer or OAuthFaultKind.ServerFailure
        or OAuthFaultKind.Busy or OAuthFaultKind.SlowDown;
}
