namespace Rekey.Redaction;

/// <summary>What is left of an exception for the log: the name of its type, its redacted message, its stack.</summary>
public sealed class RedactedException : Exception
{
    private readonly string _stackTrace;
    private readonly string _text;

    internal RedactedException(string typeName, string message, string stackTrace, string text, RedactedException? inner)
        : base(message, inner)
    {
        TypeName = typeName;
        _stackTrace = stackTrace;
        _text = text;
    }

    /// <summary>The type of the exception that was thrown.</summary>
    public string TypeName { get; }

    /// <inheritdoc/>
    public override string StackTrace => _stackTrace;

    /// <inheritdoc/>
    public override string ToString() => _text;
}
