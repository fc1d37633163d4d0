namespace Rekey.Environment;

/// <summary>The environment variables of a process.</summary>
public interface IEnvironment
{
    /// <summary>The value of the variable; null when it is not set.</summary>
    string? Get(string name);
}
