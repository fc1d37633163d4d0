namespace Rekey.Cli.Commands;

/// <summary>One option of the command line.</summary>
/// <param name="Name">With its dashes.</param>
/// <param name="Value">What its value is called in the help; null when it has none.</param>
/// <param name="Summary">What it does.</param>
internal sealed record Option(string Name, string? Value, string Summary)
{
    /// <summary>Whether it may be given several times.</summary>
    public bool IsRepeatable { get; init; }

    public static Option Config { get; } = new("--config", "FILE", "Read this configuration instead of the user's own.");

    public static Option LogLevel { get; } = new("--log-level", "LEVEL", $"How much to log: {string.Join(", ", Logging.LogLevels.Names)} (default: warning).");

    public static Option Json { get; } = new("--json", null, "Print JSON for programs instead of a table for people.");
}

/// <summary>One thing that <c>rekey</c> does.</summary>
internal abstract class Command
{
    public abstract string Name { get; }

    /// <summary>One line for the list of commands.</summary>
    public abstract string Summary { get; }

    /// <summary>What the help says beside the options: how it behaves, examples, exit codes.</summary>
    public abstract string Explanation { get; }

    public virtual IReadOnlyList<Option> Options => [];

    /// <summary>What its one argument is called; null when it takes none.</summary>
    public virtual string? Argument => null;

    public abstract Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken);
}

/// <summary>A command with what was given to it.</summary>
internal sealed record Invocation(Command Command, IReadOnlyList<Given> Options, string? Argument)
{
    public string? this[Option option] => All(option).FirstOrDefault();

    public bool Has(Option option) => All(option).Any();

    /// <summary>The values of an option that may be given several times.</summary>
    public IEnumerable<string> All(Option option) => Options.Where(given => given.Option == option).Select(static given => given.Value);
}

/// <summary>An option as it was given.</summary>
/// <param name="Option">Which one.</param>
/// <param name="Value">Empty when it has none.</param>
internal sealed record Given(Option Option, string Value);

/// <summary>The command line makes no sense.</summary>
internal sealed class UsageException(string message) : Exception(message);
