namespace Rekey.Redaction;

/// <summary>What goes out in place of a message that may not go out.</summary>
public static class RedactionErrors
{
    /// <summary>A secret stood where nothing may be altered: in an id, a cursor, a request state.</summary>
    public static CredentialError Refused() => new(
        "REDACTION_REFUSED", "The answer was withheld: it carried a secret in a place that cannot be redacted.", Retryable: false,
        "Ask for the same thing without the identifier or cursor that carries it.")
    { Kind = FailureKind.Refused };

    /// <summary>The message could not be checked, so it did not leave.</summary>
    public static CredentialError Failed() => new(
        "REDACTION_FAILED", "The answer was withheld: it could not be checked for secrets.", Retryable: false,
        "Report it; nothing of the answer has left.")
    { Kind = FailureKind.Invalid };

    /// <summary>The message is larger than what is checked in one piece.</summary>
    public static CredentialError TooLarge() => new(
        "MESSAGE_TOO_LARGE", "The answer was withheld: it is larger than what can be checked for secrets.", Retryable: false,
        "Ask for less: fewer rows, fewer columns, a narrower range.")
    { Kind = FailureKind.Invalid };
}
