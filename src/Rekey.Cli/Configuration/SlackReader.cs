using Rekey.Slack;

namespace Rekey.Cli.Configuration;

/// <summary>Reads a credential that is presented to Slack.</summary>
internal sealed class SlackReader(ProblemList problems)
{
    /// <summary>What its document may consist of.</summary>
    public static KeySet Fields { get; } = new(["token", "cookie", "refresh_token", "client_secret"], []);

    public CredentialConfiguration Read(string name, StrictObject entry) => new()
    {
        Name = name,
        Kind = CredentialKind.Slack,
        From = new OriginReader(problems).Required(entry, Fields),
        Slack = new SlackConfiguration
        {
            Workspace = WorkspaceOf(entry),
            ClientId = entry.Text("clientId"),
            RefreshInterval = entry.Number("refreshIntervalDays", 1, 365) is { } days ? TimeSpan.FromDays(days) : SlackConfiguration.DefaultInterval,
            IsScheduled = entry.Flag("autoRefresh") ?? true,
            Address = AddressOf(entry),
            Import = entry.Text("import"),
        },
        IsRequired = entry.Flag("required") ?? true,
    };

    private string? WorkspaceOf(StrictObject entry)
    {
        if (entry.Text("workspace") is not { } written)
            return null;
        if (SlackWorkspace.TryRead(written, out var workspace))
            return workspace;
        problems.Add(entry.PathOf("workspace"), "It is no workspace: the name before .slack.com is needed, for example acme.");
        return null;
    }

    private Uri? AddressOf(StrictObject entry)
    {
        if (entry.Text("address") is not { } written)
            return null;
        if (Uri.TryCreate(written, UriKind.Absolute, out var address) && SlackAddress.IsAllowed(address))
            return address;
        problems.Add(entry.PathOf("address"), "An https address is needed, or http on this machine.");
        return null;
    }
}
