using System.Reflection;
using Rekey.Aws.Sso;
using Rekey.Cli.Configuration;
using Rekey.Cli.Control;
using Rekey.Environment;
using Rekey.Redaction;

namespace Rekey.Cli;

/// <summary>Everything that a command meets outside itself.</summary>
internal sealed record Surroundings
{
    public required Terminal Terminal { get; init; }

    public required SecretRedactor Redactor { get; init; }

    public required IEnvironment Environment { get; init; }

    public required IControlTransport Control { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public bool IsWindows { get; init; } = OperatingSystem.IsWindows();

    /// <summary>Opens pages for the human; null opens none.</summary>
    public IBrowser? Browser { get; init; }

    /// <summary>The home of the user, in which other tools keep their files.</summary>
    public string Home => ConfiguredPath.Home(Environment);

    /// <summary>Where the process was started, which may be anybody's folder.</summary>
    public string WorkingFolder { get; init; } = System.Environment.CurrentDirectory;

    /// <summary>The version without the commit that the build appends to it.</summary>
    public static string Version { get; } =
        typeof(Surroundings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The surroundings of this process.</summary>
    public static Surroundings OfProcess()
    {
        var redactor = new SecretRedactor();
        var environment = new ProcessEnvironment();
        return new Surroundings
        {
            Terminal = Terminal.Open(redactor),
            Redactor = redactor,
            Environment = environment,
            Control = ControlTransports.For(environment),
            Browser = new SystemBrowser(environment),
        };
    }
}
