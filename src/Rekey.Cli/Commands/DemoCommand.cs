using Rekey.Cli.Configuration;
using Rekey.Cli.Demo;
using Rekey.Databases;

namespace Rekey.Cli.Commands;

/// <summary><c>rekey demo</c>: queries that go on while the credential under them rotates, beside the usual way of doing it.</summary>
internal sealed class DemoCommand : Command
{
    private const int DefaultRotations = 24;
    private static readonly Option Postgres = new("--postgres", "URL", "Use this PostgreSQL (a login that may create roles) instead of the simulation.");
    private static readonly Option Rotations = new("--rotations", "N", $"How many rotations of each kind (default: {DefaultRotations}).");

    public override string Name => "demo";

    public override string Summary => "Watch queries survive rotations; needs no account and no server.";

    public override IReadOnlyList<Option> Options => [Postgres, Rotations];

    public override string Explanation => """
        Starts a database, a secret store, the MCP server and an MCP client in this process. Eight
        workers query through the client while the credential rotates in four ways; then the same
        load runs on a pool that is closed and built again at each rotation.

        Examples:
          rekey demo
          rekey demo --postgres postgres://postgres:PASSWORD@127.0.0.1:5432/postgres

        With --postgres it creates the schema rekey_demo and roles rekey_demo_*, and removes them.
        The URL may also be given as env://NAME, which keeps the password off the command line.

        Exit codes: 0 Rekey failed no query and the other way did, 2 otherwise.
        """;

    public override async Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var rotations = RotationsOf(invocation);
        var admin = AdminOf(invocation, surroundings);
        DemoStage NewStage() => admin is null ? new SimulatedStage(surroundings.Time) : new PostgresStage(admin, surroundings.Time);
        return await new DemoShow(NewStage, rotations, surroundings).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static int RotationsOf(Invocation invocation) =>
        invocation[Rotations] is not { } written ? DefaultRotations
        : int.TryParse(written, out var count) && count is >= 1 and <= 1000 ? count
        : throw new UsageException("--rotations takes a whole number from 1 to 1000.");

    private static DatabaseCredential? AdminOf(Invocation invocation, Surroundings surroundings)
    {
        if (invocation[Postgres] is not { } written)
            return null;
        const string Variable = "env://";
        var url = written.StartsWith(Variable, StringComparison.Ordinal)
            ? surroundings.Environment.Get(written[Variable.Length..]) ?? throw new UsageException($"--postgres names a variable that is not set: {Names.Print(written[Variable.Length..])}.")
            : written;
        try
        {
            var admin = DatabaseReader.Read(SecretDocument.FromText(new Secret(url)), null, "--postgres");
            surroundings.Redactor.Register(Postgres.Name, "password", admin.Password);
            return admin.Engine == "postgres" ? admin : throw new UsageException("--postgres takes a postgres:// URL.");
        }
        catch (CredentialException e)
        {
            throw new UsageException(e.Error.Message);
        }
    }
}
