namespace Rekey.Cli.Configuration;

/// <summary>Collects what is wrong, so that all of it is said at once.</summary>
internal sealed class ProblemList
{
    private readonly List<ConfigurationProblem> _problems = [];

    public IReadOnlyList<ConfigurationProblem> All => _problems;

    public void Add(string path, string message) => _problems.Add(new ConfigurationProblem(path, message));

    public void ThrowIfAny(string origin)
    {
        if (_problems.Count > 0)
            throw new ConfigurationException(origin, _problems);
    }
}
