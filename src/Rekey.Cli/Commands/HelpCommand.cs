namespace Rekey.Cli.Commands;

/// <summary><c>rekey --help</c>, and <c>--help</c> behind any command.</summary>
internal sealed class HelpCommand : Command
{
    private const int Column = 22;

    public override string Name => "help";

    public override string Summary => "Explain a command.";

    public override string Explanation => "";

    public override Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var command = CommandLine.Commands.FirstOrDefault(c => c.Name == invocation.Argument);
        surroundings.Terminal.Out.Write(command is null ? Overview() : About(command));
        return Task.FromResult(ExitCode.Ready);
    }

    private static string Overview() => $$"""
        Rekey keeps the credentials of MCP servers alive: when one expires, rotates or is
        revoked, the tools that stand on it keep working, without a restart.

        Usage: rekey [COMMAND] [OPTIONS]

        Commands:
        {{Rows(CommandLine.Commands.Select(static c => (c.Name, c == CommandLine.Commands[0] ? c.Summary + " The default." : c.Summary)))}}
        {{Rows([("--help, --version", "'rekey COMMAND --help' explains one command.")])}}

        Begin without a file. Give your MCP client this entry:
          { "command": "rekey", "env": { "DATABASE_URL": "postgres://user:password@host/db" } }

        Or name your secrets in rekey.json, at ~/.config/rekey/rekey.json (Windows:
        %APPDATA%\rekey\rekey.json), in REKEY_CONFIG or behind --config. Never a secret itself:
          {
            "credentials": {
              "orders": { "kind": "database", "from": "file:///run/secrets/orders" },
              "github": { "kind": "value", "from": "env://GITHUB_TOKEN" }
            }
          }
        The working directory is never searched: MCP clients start servers in untrusted places.

        Then see whether it works:
          rekey check

        """;

    private static string About(Command command)
    {
        var argument = command.Argument is { } name ? $" [{name}]" : "";
        var options = command.Options.Count == 0
            ? ""
            : $"\nOptions:\n{Rows(command.Options.Select(static o => (o.Value is { } value ? $"{o.Name} {value}" : o.Name, o.Summary)))}\n";
        return $"""
            {command.Summary}

            Usage: rekey {command.Name}{argument}{(options.Length > 0 ? " [OPTIONS]" : "")}
            {options}
            {command.Explanation}

            """;
    }

    private static string Rows(IEnumerable<(string Left, string Right)> rows) =>
        string.Join('\n', rows.Select(static row => $"  {row.Left.PadRight(Column)}{row.Right}"));
}
