namespace Rekey.Testing;

/// <summary>What an authority can be like when its source is asked.</summary>
public enum Situation
{
    /// <summary>It has the credential.</summary>
    Present,

    /// <summary>It has nothing under this name.</summary>
    Missing,

    /// <summary>Nobody answers.</summary>
    Unreachable,

    /// <summary>It answers that we may not.</summary>
    Forbidden,

    /// <summary>The name is there, and nothing in it.</summary>
    Empty,

    /// <summary>What it has cannot be read.</summary>
    Garbage,

    /// <summary>What it has is larger than any credential.</summary>
    Oversized,

    /// <summary>It takes the question and never answers.</summary>
    Hanging,

    /// <summary>It answers with a credential whose life is over.</summary>
    Expired,
}

/// <summary>A source before an authority in one situation.</summary>
/// <param name="Source">The source under test.</param>
/// <typeparam name="TCredential">What the source delivers.</typeparam>
public sealed record Arrangement<TCredential>(CredentialSource<TCredential> Source)
    where TCredential : class, ICredential
{
    /// <summary>Makes the authority have another value; null where the content cannot change while the process runs.</summary>
    public Func<Secret, Task>? Change { get; init; }
}
