namespace Rekey.Benchmarks.Redaction.Ways;

/// <summary>One way to go through a message in search of secrets.</summary>
internal abstract class Way(string name)
{
    public string Name => name;

    /// <summary>Takes the message, in the form that this way would like best; that is not measured.</summary>
    public abstract void Load(byte[] message);

    /// <summary>How many secrets there are. A way that stops at the first answers one.</summary>
    public abstract int Scan();
}
