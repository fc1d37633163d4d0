namespace Microsoft.SqlServer.Server;

/// <summary>How a type of a user is kept.</summary>
public enum Format
{
    /// <summary>Not said.</summary>
    Unknown,

    /// <summary>As the server does it.</summary>
    Native,

    /// <summary>As the type itself does it.</summary>
    UserDefined,
}

/// <summary>A type that writes and reads itself.</summary>
public interface IBinarySerialize
{
    /// <summary>Reads the value.</summary>
    void Read(BinaryReader r);

    /// <summary>Writes the value.</summary>
    void Write(BinaryWriter w);
}
