namespace Rekey.Aws.Sso;

/// <summary>Why a service did not do what it was asked.</summary>
internal enum FaultKind
{
    /// <summary>It said no in a way of its own; the status is all that is repeated of it.</summary>
    Other,
    AuthorizationPending,
    SlowDown,
    ExpiredToken,
    AccessDenied,
    InvalidGrant,
    InvalidClient,
    UnauthorizedClient,
    InvalidRequest,
    InvalidScope,
    Unauthorized,
    Forbidden,
    NotFound,
    TooManyRequests,

    /// <summary>It failed, and says so itself.</summary>
    ServiceFailure,

    /// <summary>It was never reached: nothing was done.</summary>
    Unreachable,

    /// <summary>It was reached and the answer never came, or came broken: it may be done.</summary>
    NoAnswer,
}

/// <summary>A call that failed, by type and code.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Host">Who was asked.</param>
/// <param name="Status">The HTTP status, if an answer came.</param>
/// <param name="RetryAfter">How long the service wants to be left alone.</param>
internal sealed record ServiceFault(FaultKind Kind, string Host, int? Status = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Whether the service may have done what it was asked all the same.</summary>
    public bool IsAmbiguous => Kind is FaultKind.NoAnswer or FaultKind.ServiceFailure;

    /// <summary>Whether the same call may succeed soon: the service was busy, away or broken.</summary>
    public bool IsPassing => IsAmbiguous || Kind is FaultKind.Unreachable or FaultKind.TooManyRequests or FaultKind.SlowDown;
}

/// <summary>What came of a call: a value, or why there is none.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
internal sealed record ServiceReply<T>(T? Value, ServiceFault? Fault)
    where T : class;
