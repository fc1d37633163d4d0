using Rekey.Cli.Configuration;

namespace Rekey.Cli.Commands;

/// <summary>
/// Takes the command line apart. The grammar is one command, its options and one argument; a parser library costs a server
/// more of its start than everything it does with the answer.
/// </summary>
internal static class CommandLine
{
    public static IReadOnlyList<Command> Commands { get; } = [new ServeCommand(), new CheckCommand(), new RefreshCommand(), new LoginCommand(), new LogoutCommand(), new RedactCommand(), new DemoCommand()];

    private static readonly HelpCommand Help = new();
    private static readonly VersionCommand Version = new();

    /// <summary>Throws <see cref="UsageException"/>.</summary>
    public static Invocation Parse(IReadOnlyList<string> args)
    {
        if (args.Contains("--help") || args.Contains("-h") || args is ["help", ..])
            return HelpFor(args);
        if (args is ["--version"] or ["version"])
            return new Invocation(Version, [], null);

        var isNamed = args.Count > 0 && !args[0].StartsWith('-');
        var command = isNamed ? Named(args[0]) : Commands[0];
        var options = new List<Given>();
        string? argument = null;
        for (var i = isNamed ? 1 : 0; i < args.Count; i++)
        {
            if (args[i].StartsWith('-'))
                i += ReadOption(command, args, i, options);
            else if (command.Argument is not null && argument is null)
                argument = args[i];
            else
                throw new UsageException($"'{command.Name}' does not take {(command.Argument is null ? "an argument" : "two arguments")}.");
        }
        return new Invocation(command, options, argument);
    }

    private static Invocation HelpFor(IReadOnlyList<string> args)
    {
        var about = args.FirstOrDefault(static arg => arg is not "help" && !arg.StartsWith('-'));
        return new Invocation(Help, [], about is null ? null : Named(about).Name);
    }

    private static Command Named(string name) => Commands.FirstOrDefault(c => c.Name == name)
        ?? throw new UsageException($"There is no command {Names.Print(name)}.{Names.DidYouMean(name, Commands.Select(static c => c.Name))}");

    // How many further words the option took.
    private static int ReadOption(Command command, IReadOnlyList<string> args, int at, List<Given> options)
    {
        var (name, value) = args[at].IndexOf('=') is > 0 and var equals ? (args[at][..equals], args[at][(equals + 1)..]) : (args[at], null);
        var option = command.Options.FirstOrDefault(o => o.Name == name)
            ?? throw new UsageException($"'{command.Name}' has no option {Names.Print(name)}.{Names.DidYouMean(name, command.Options.Select(static o => o.Name))}");
        var isSeparate = option.Value is not null && value is null;
        if (option.Value is null && value is not null)
            throw new UsageException($"'{option.Name}' takes no value.");
        if (isSeparate)
            value = at + 1 < args.Count ? args[at + 1] : null;
        if (option.Value is not null && string.IsNullOrEmpty(value))
            throw new UsageException($"'{option.Name}' needs a value: {option.Name} {option.Value}.");
        if (!option.IsRepeatable && options.Exists(given => given.Option == option))
            throw new UsageException($"'{option.Name}' is given twice.");
        options.Add(new Given(option, value ?? ""));
        return isSeparate ? 1 : 0;
    }
}
