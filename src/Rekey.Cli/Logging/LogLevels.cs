using Microsoft.Extensions.Logging;

namespace Rekey.Cli.Logging;

/// <summary>The levels of the log, as people write them.</summary>
internal static class LogLevels
{
    private static readonly (string Name, LogLevel Level)[] ByName =
    [
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information),
        ("warning", LogLevel.Warning), ("error", LogLevel.Error), ("none", LogLevel.None),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Select(static pair => pair.Name)];

    public static LogLevel? Parse(string name)
    {
        foreach (var (known, level) in ByName)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
                return level;
        }
        return null;
    }

    public static string NameOf(LogLevel level) =>
        Array.Find(ByName, pair => pair.Level == level).Name ?? "critical";
}
