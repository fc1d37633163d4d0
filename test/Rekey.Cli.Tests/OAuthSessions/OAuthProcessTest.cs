using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.OAuthSessions;

/// <summary>The built executable before an authorization server on loopback.</summary>
public abstract class OAuthProcessTest : SessionProcessTest
{
    private readonly List<OAuthHome> _works = [];

    private protected OAuthHome NewWork()
    {
        var work = new OAuthHome(NewHome(), Planted);
        _works.Add(work);
        return work;
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        foreach (var work in _works)
            await work.DisposeAsync();
    }
}
