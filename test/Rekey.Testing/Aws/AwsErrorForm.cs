namespace Rekey.Testing.Aws;

/// <summary>Where an answer in JSON says what went wrong. Services and what stands before them differ in it.</summary>
public enum AwsErrorForm
{
    /// <summary><c>"__type":"Code"</c></summary>
    Type,

    /// <summary><c>"__type":"namespace#Code:http://…"</c></summary>
    QualifiedType,

    /// <summary>The header <c>x-amzn-ErrorType: Code:http://…</c> alone.</summary>
    Header,
}
