using Rekey.Aws.Sso;

namespace Rekey.Cli.Configuration;

/// <summary>Reads a credential that is an AWS SSO session: it comes from its profile, and from nowhere else.</summary>
internal sealed class AwsSsoReader(ProblemList problems)
{
    private static readonly Dictionary<string, SignInFlow> Flows = new(StringComparer.Ordinal)
    {
        ["auto"] = SignInFlow.Auto,
        ["browser"] = SignInFlow.Browser,
        ["device"] = SignInFlow.DeviceCode,
    };

    public CredentialConfiguration Read(string name, StrictObject entry)
    {
        var profile = entry.Text("profile");
        if (entry["profile"] is null)
            problems.Add(entry.PathOf("profile"), "It is missing: the AWS profile that signs in through SSO.");
        return new CredentialConfiguration
        {
            Name = name,
            Kind = CredentialKind.AwsSso,
            Profile = profile ?? string.Empty,
            SignIn = FlowOf(entry),
            RedirectPort = entry.Number("redirectPort", 1, 65535),
            IsRequired = entry.Flag("required") ?? true,
        };
    }

    private SignInFlow? FlowOf(StrictObject entry)
    {
        if (entry.Text("signIn") is not { } written)
            return null;
        if (Flows.TryGetValue(written, out var flow))
            return flow;
        problems.Add(entry.PathOf("signIn"), $"The way is unknown ({string.Join(", ", Flows.Keys)}).{Names.DidYouMean(written, Flows.Keys)}");
        return null;
    }
}
