using System.Collections;

namespace Rekey.Redaction;

/// <summary>The redacted state of a log entry or scope: its text, and its values as a structured provider reads them.</summary>
internal sealed class LogState(string message, IReadOnlyList<KeyValuePair<string, object?>> values) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => values.Count;

    public KeyValuePair<string, object?> this[int index] => values[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    public override string ToString() => message;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
