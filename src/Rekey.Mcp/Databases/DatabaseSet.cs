using Rekey.Mcp.Arguments;
using Rekey.Mcp.Tools;
using Rekey.Redaction;

namespace Rekey.Mcp.Databases;

/// <summary>The databases that are configured. Which one is meant is the agent's to say only where there are several.</summary>
internal sealed class DatabaseSet(IReadOnlyList<DatabaseBinding> bindings, SecretRedactor redactor, ToolSetting setting)
{
    private readonly ChoiceParameter _database = new("database", "Which of the configured databases to read.", [.. bindings.Select(static b => b.Name)])
    {
        IsRequired = true,
    };

    public ToolSetting Setting => setting;

    public SecretRedactor Redactor => redactor;

    /// <summary>The argument by which one is chosen: none when there is nothing to choose.</summary>
    public IReadOnlyList<Parameter> Choice => bindings.Count > 1 ? [_database] : [];

    public ReadOnlyDatabase Chosen(ToolArguments arguments) =>
        new(bindings.Count == 1 ? bindings[0] : bindings.First(b => b.Name == arguments.Get(_database)), setting);
}
