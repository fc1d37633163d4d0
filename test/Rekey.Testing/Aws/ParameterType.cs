namespace Rekey.Testing.Aws;

/// <summary>The types of a parameter: <c>String</c>, <c>StringList</c> and <c>SecureString</c> on the wire.</summary>
public enum ParameterType
{
    Plain,
    PlainList,
    Secure,
}
