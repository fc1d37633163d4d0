namespace Rekey.OAuth;

/// <summary>
/// The refresh tokens that the server refused for good. They are not presented again: to a server that watches for stolen tokens a
/// spent one that comes back is the proof, and it ends every session of the family. One that was refused to the wrong client may be
/// good for another.
/// </summary>
internal sealed class RefusedTokens
{
    private const int Most = 32;

    private readonly Lock _gate = new();
    private readonly Queue<(string ClientId, Secret Token)> _tokens = new();

    public bool Has(string clientId, Secret token)
    {
        lock (_gate)
            return _tokens.Contains((clientId, token));
    }

    public void Add(string clientId, Secret token)
    {
        lock (_gate)
        {
            if (_tokens.Contains((clientId, token)))
                return;
            _tokens.Enqueue((clientId, token));
            if (_tokens.Count > Most)
                _tokens.Dequeue();
        }
    }
}
