namespace Rekey.Exec;

/// <summary>A command whose output is a secret.</summary>
public sealed record ExecOptions
{
    /// <summary>The program and its arguments, each as it is: no shell takes them apart. They are seen by others, so nothing secret belongs in them.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Reads a variable of the environment that the process was started with.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Variables that the command gets besides <see cref="Always"/>.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>How long it may take; it and all that it started are ended then. What a command leaves running when it ends by itself stays.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often it is run to look for a change.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What a program needs to find itself, its configuration and its libraries. No token is among them.</summary>
    public static IReadOnlyList<string> Always { get; } =
    [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", // most programs read the lower-case names, some them alone
        "SystemRoot", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP", "PATHEXT", "ProgramData", "ProgramFiles",
    ];
}
