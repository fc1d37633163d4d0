namespace Rekey.Cli.Commands;

/// <summary><c>rekey --version</c></summary>
internal sealed class VersionCommand : Command
{
    public override string Name => "version";

    public override string Summary => "Print the version.";

    public override string Explanation => "";

    public override Task<int> RunAsync(Invocation invocation, Surroundings surroundings, CancellationToken cancellationToken)
    {
        surroundings.Terminal.Out.WriteLine(Surroundings.Version);
        return Task.FromResult(ExitCode.Ready);
    }
}
