using System.Diagnostics.CodeAnalysis;

namespace Rekey.Environment;

/// <summary>The environment of this process. It is read here and nowhere else.</summary>
public sealed class ProcessEnvironment : IEnvironment
{
    /// <inheritdoc/>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is the one place that reads the environment.")]
    public string? Get(string name) => System.Environment.GetEnvironmentVariable(name);
}
