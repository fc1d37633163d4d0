namespace Rekey.Testing.Postgres;

/// <summary>What the server wrote: one line per event, as <c>user|sqlstate|text</c>.</summary>
internal sealed class PostgresLog
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Mark, TaskCompletionSource Seen)> _waiters = [];

    public string Tail
    {
        get
        {
            lock (_gate)
                return string.Join('\n', _lines.TakeLast(10));
        }
    }

    public void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
            foreach (var (mark, seen) in _waiters)
            {
                if (line.Contains(mark, StringComparison.Ordinal))
                    seen.TrySetResult();
            }
        }
    }

    /// <summary>Counts the lines of one user that carry a code.</summary>
    public int Count(string user, string code, string text)
    {
        lock (_gate)
            return _lines.Count(l => l.StartsWith($"{user}|{code}|", StringComparison.Ordinal) && l.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Completes when a line that holds the mark has been read; what was written before it has been read as well.</summary>
    public Task Seen(string mark)
    {
        lock (_gate)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((mark, seen));
            return seen.Task;
        }
    }
}
