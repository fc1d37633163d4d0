namespace Rekey.Cli.Configuration;

/// <summary>One thing that is wrong: where, and what, in names and never in values.</summary>
/// <param name="Path">The place in the file (<c>credentials.orders.from[1]</c>); empty for the file itself.</param>
/// <param name="Message">What is wrong and what helps, as a sentence.</param>
internal sealed record ConfigurationProblem(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>The configuration cannot be used. A restart with a corrected one helps, so nothing is started.</summary>
internal sealed class ConfigurationException(string origin, IReadOnlyList<ConfigurationProblem> problems)
    : Exception($"{origin} has {problems.Count} problem(s).")
{
    /// <summary>What was read: the path of the file, or the environment.</summary>
    public string Origin => origin;

    /// <summary>Everything that is wrong, in the order of the file.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems => problems;
}
