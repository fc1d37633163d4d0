namespace Microsoft.SqlServer.Server;

/// <summary>Says more about a value that code inside the server takes or returns.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.ReturnValue | AttributeTargets.Parameter)]
public sealed class SqlFacetAttribute : Attribute;

/// <summary>Marks a function that runs inside the server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class SqlFunctionAttribute : Attribute;

/// <summary>Marks a method of a type of a user.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SqlMethodAttribute : SqlFunctionAttribute;

/// <summary>Marks an aggregate of a user.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class SqlUserDefinedAggregateAttribute : Attribute;

/// <summary>Marks a type of a user. The only one of the attributes that SqlClient reads.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class SqlUserDefinedTypeAttribute(Format format) : Attribute
{
    /// <summary>How a value is kept.</summary>
    public Format Format => format;

    /// <summary>Whether the bytes of values sort as the values do.</summary>
    public bool IsByteOrdered { get; set; }

    /// <summary>Whether every value has the same length.</summary>
    public bool IsFixedLength { get; set; }

    /// <summary>The greatest length.</summary>
    public int MaxByteSize { get; set; }

    /// <summary>The type's name.</summary>
    public string? Name { get; set; }

    /// <summary>The method that checks a value.</summary>
    public string? ValidationMethodName { get; set; }
}
