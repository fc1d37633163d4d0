namespace Rekey.Redaction;

/// <summary>What is left of an exception for the log: the name of its type, its redacted message, its stack.</summary>
internal sealed class RedactedException(string typeName, string message, string stackTrace, string text, RedactedException? inner)
    : Exception(message, inner)
{
    /// <summary>The type of the exception that was thrown.</summary>
    public string TypeName => typeName;

    public override string StackTrace => stackTrace;

    public override string ToString() => text;
}
