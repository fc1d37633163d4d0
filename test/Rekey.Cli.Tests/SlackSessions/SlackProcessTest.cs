using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>The built executable before a Slack on loopback.</summary>
public abstract class SlackProcessTest : SessionProcessTest
{
    private readonly List<SlackHome> _slacks = [];

    private protected SlackHome NewSlack()
    {
        var slack = new SlackHome(NewHome(), Planted);
        _slacks.Add(slack);
        return slack;
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        foreach (var slack in _slacks)
            await slack.DisposeAsync();
    }
}
