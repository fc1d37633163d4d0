using System.Collections.Concurrent;

namespace Rekey.Cli.Demo;

/// <summary>Counts what a load has seen.</summary>
internal sealed class Figures
{
    private readonly ConcurrentDictionary<string, int> _codes = new(StringComparer.Ordinal);
    private long _answered;
    private long _failed;

    public long Answered => Interlocked.Read(ref _answered);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Failures by their code, the most frequent first.</summary>
    public string Codes => string.Join(", ", _codes.OrderByDescending(static c => c.Value).Select(static c => $"{c.Value} × {c.Key}"));

    /// <summary>How many failed with this code.</summary>
    public int Of(string code) => _codes.GetValueOrDefault(code);

    public void Answer() => Interlocked.Increment(ref _answered);

    public void Fail(string code)
    {
        Interlocked.Increment(ref _failed);
        _codes.AddOrUpdate(code, 1, static (_, count) => count + 1);
    }
}
