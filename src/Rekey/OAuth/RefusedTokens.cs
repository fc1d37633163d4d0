namespace Rekey.OAuth;

/// <summary>
/// The refresh tokens that the server refused for good. They are not presented again: to a server that watches for stolen tokens a
/// spent one that comes back is the proof, and it ends every session of the family.
/// </summary>
internal sealed class RefusedTokens
{
    private const int Most = 32;

    private readonly Lock _gate = new();
    private readonly Queue<Secret> _tokens = new();

    public bool Has(Secret token)
    {
        lock (_gate)
            return _tokens.Contains(token);
    }

    public void Add(Secret token)
    {
        lock (_gate)
        {
            if (_tokens.Contains(token))
                return;
            _tokens.Enqueue(token);
            if (_tokens.Count > Most)
                _tokens.Dequeue();
        }
    }
}
