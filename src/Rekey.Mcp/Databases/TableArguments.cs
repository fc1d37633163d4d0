using Rekey.Mcp.Arguments;

namespace Rekey.Mcp.Databases;

/// <summary>The arguments that name a table.</summary>
internal static class TableArguments
{
    public static readonly TextParameter Schema = new("schema", "The schema; the default one of the engine when left out.");

    public static readonly TextParameter Table = new("table", "The table or view.") { IsRequired = true };
}
