using System.Collections.Concurrent;
using Rekey.Environment;

namespace Rekey.Testing;

/// <summary>An environment that a test writes.</summary>
public sealed class FakeEnvironment : IEnvironment
{
    private readonly ConcurrentDictionary<string, string> _variables = new(StringComparer.Ordinal);

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
