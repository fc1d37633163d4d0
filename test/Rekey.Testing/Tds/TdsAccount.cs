namespace Rekey.Testing.Tds;

/// <summary>What a login of SQL Server can be like besides its password.</summary>
public enum TdsAccountState
{
    /// <summary>It may enter.</summary>
    Good,

    /// <summary>An administrator has disabled it.</summary>
    Disabled,

    /// <summary>Too many wrong passwords have locked it.</summary>
    Locked,

    /// <summary>Its password has expired.</summary>
    Expired,

    /// <summary>Its password must be changed first.</summary>
    MustChange,
}

/// <summary>One login of the server, with what became of it so far.</summary>
internal sealed class TdsAccount
{
    private int _accepted;
    private int _refused;

    public string Password { get; set; } = string.Empty;

    public TdsAccountState State { get; set; }

    public int Accepted => Volatile.Read(ref _accepted);

    public int Refused => Volatile.Read(ref _refused);

    public void CountAccepted() => Interlocked.Increment(ref _accepted);

    /// <summary>The error that a login with this password ends in; null when it is let in.</summary>
    public TdsFault? Check(string user, string password)
    {
        var number = password != Password ? 18456 : State switch
        {
            TdsAccountState.Disabled => 18470,
            TdsAccountState.Locked => 18486,
            TdsAccountState.Expired => 18487,
            TdsAccountState.MustChange => 18488,
            _ => 0,
        };
        if (number == 0)
            return null;
        Interlocked.Increment(ref _refused);
        return new TdsFault(number, Severity: 14, $"Login failed for user '{user}'.");
    }
}
