namespace Rekey;

/// <summary>What came out of a refresh.</summary>
public abstract record RefreshResult
{
    private RefreshResult()
    {
    }

    /// <summary>A new version was verified and swapped in.</summary>
    /// <param name="Lease">The lease that is active now.</param>
    public sealed record Refreshed(Lease Lease) : RefreshResult;

    /// <summary>The source has the version that is already in use; its end may have moved.</summary>
    /// <param name="Lease">The lease that stays active.</param>
    public sealed record Unchanged(Lease Lease) : RefreshResult;

    /// <summary>Nothing changed hands; what worked before still works.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Failed(CredentialError Error) : RefreshResult;
}
