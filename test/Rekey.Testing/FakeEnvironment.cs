using System.Collections.Concurrent;
using Rekey.Environment;

namespace Rekey.Testing;

/// <summary>An environment that a test writes.</summary>
public sealed class FakeEnvironment : IEnvironment
{
    // The home of whoever runs the tests is nobody's business.
    private readonly ConcurrentDictionary<string, string> _variables = new(StringComparer.Ordinal) { ["HOME"] = "/home/of/nobody" };

    public string? this[string name]
    {
        set
        {
            if (value is null)
                _variables.TryRemove(name, out _);
            else
                _variables[name] = value;
        }
    }

    public string? Get(string name) => _variables.GetValueOrDefault(name);
}
