namespace Rekey;

/// <summary>Why a refresh was asked for. The order is by how much the trigger knows: where several meet, the last decides.</summary>
public enum RefreshTrigger
{
    /// <summary>Somebody needs the credential and there is none to use.</summary>
    Demand,

    /// <summary>Its time has come.</summary>
    Schedule,

    /// <summary>The new version lacks permissions: the previous one comes back.</summary>
    Rollback,

    /// <summary>The credential this one stands on has a new lease: that one is read, and nothing asked that it stands on itself.</summary>
    Parent,

    /// <summary>A human or an agent asked.</summary>
    Manual,

    /// <summary>A service refused the credential.</summary>
    Rejection,

    /// <summary>A human signed in.</summary>
    SignIn,

    /// <summary>The source announced a change.</summary>
    Rotation,
}

internal static class RefreshTriggers
{
    /// <summary>
    /// Whether the trigger knows something that a fetch already under way may have missed. Such a trigger is served by a
    /// further run; the others join the one that runs.
    /// </summary>
    public static bool WantsNewReading(this RefreshTrigger trigger) =>
        trigger is not (RefreshTrigger.Demand or RefreshTrigger.Schedule);

    /// <summary>Whether the authority itself is to be asked, however many credentials lie between.</summary>
    public static bool AsksTheSource(this RefreshTrigger trigger) => trigger >= RefreshTrigger.Manual;
}
