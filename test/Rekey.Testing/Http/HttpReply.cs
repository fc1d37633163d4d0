namespace Rekey.Testing.Http;

/// <summary>What the server answers, and what goes wrong on the way.</summary>
public sealed record HttpReply(int Status, string Body = "", string ContentType = "application/json")
{
    /// <summary>Further headers. A <c>Date</c> among them replaces the right one.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public WireFault Fault { get; init; }

    /// <summary>How long <see cref="WireFault.Drip"/> waits before each byte.</summary>
    public TimeSpan DripEvery { get; init; } = TimeSpan.FromMilliseconds(20);
}
