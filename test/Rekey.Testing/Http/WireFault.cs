namespace Rekey.Testing.Http;

/// <summary>What happens to a reply on the wire. By then the work that was asked for is done.</summary>
public enum WireFault
{
    None,

    /// <summary>Never answers, until the client goes or the server ends.</summary>
    Hang,

    /// <summary>Resets the connection before a byte.</summary>
    Reset,

    /// <summary>Closes the connection properly, without a byte.</summary>
    LostReply,

    /// <summary>Announces the whole body, sends half of it and closes.</summary>
    Truncated,

    /// <summary>Sends the head at once and the body slowly, a byte at a time.</summary>
    Drip,

    /// <summary>Speaks no HTTP at all.</summary>
    Garbage,

    /// <summary>Begins with the body and never stops sending.</summary>
    Huge,
}
