namespace Rekey.Cli.Demo;

/// <summary>The ways in which a database credential changes under its users.</summary>
internal enum RotationKind
{
    /// <summary>One user gets a new password, and the store returns it.</summary>
    PasswordChange,

    /// <summary>The other of two users gets a new password and takes over.</summary>
    AlternatingUsers,

    /// <summary>A new role is issued; the old one is removed when nobody uses it any longer.</summary>
    NewRole,

    /// <summary>The database has the new password already, and the store still returns the old one.</summary>
    SingleUserWindow,
}

internal static class RotationKinds
{
    public static IReadOnlyList<RotationKind> All { get; } = Enum.GetValues<RotationKind>();

    public static string Describe(this RotationKind kind) => kind switch
    {
        RotationKind.PasswordChange => "password change of one user",
        RotationKind.AlternatingUsers => "alternating users",
        RotationKind.NewRole => "new role, old one removed",
        _ => "database ahead of the store",
    };
}
