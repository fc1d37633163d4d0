using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>Checks what credentials say about each other: a reference leads to one that exists, and none stands on itself.</summary>
internal sealed class CredentialLinks(ProblemList problems, string section)
{
    // What these kinds offer to others, and the field that most people want.
    private static readonly Dictionary<CredentialKind, (string Name, string Example, string[] Fields)> Offers = new()
    {
        [CredentialKind.Database] = ("database", "password", ["url", "engine", "host", "port", "database", "username", "password", "encrypt"]),
        [CredentialKind.AwsSso] = ("session", "access_key_id", ["access_key_id", "secret_access_key", "session_token", "region"]),
        [CredentialKind.Slack] = ("Slack session", "token", ["token", "cookie", "workspace"]),
        [CredentialKind.OAuth] = ("token of OAuth", "access_token", ["access_token"]),
    };

    public void Check(IReadOnlyList<string> names, IReadOnlyList<CredentialConfiguration> credentials)
    {
        var byName = credentials.ToDictionary(static c => c.Name, StringComparer.Ordinal);
        foreach (var credential in credentials)
        {
            foreach (var reference in credential.References.Where(static r => r.Scheme == "credential"))
            {
                if (!names.Contains(reference.Path))
                    problems.Add(PathOf(credential), $"There is no credential {Names.Print(reference.Path)}.{Names.DidYouMean(reference.Path, names)}");
                else if (byName.TryGetValue(reference.Path, out var target))
                    CheckField(credential, reference, target);
            }
        }
        CheckProfiles(credentials);
        CheckCycles(credentials, byName);
    }

    private void CheckField(CredentialConfiguration credential, SecretReference reference, CredentialConfiguration target)
    {
        if (!Offers.TryGetValue(target.Kind, out var offer))
            return;
        if (reference.Field is null && credential.Kind is CredentialKind.Value)
            problems.Add(PathOf(credential), $"'{target.Name}' is a {offer.Name}: name one of its fields, for example credential://{target.Name}#{offer.Example}.");
        else if (reference.Field is { } field && !offer.Fields.Contains(field))
            problems.Add(PathOf(credential), $"A {offer.Name} has no field {Names.Print(field)}.{Names.DidYouMean(field, offer.Fields)}");
    }

    // One profile has one session and one set of keys: a second name for it would be no second credential.
    private void CheckProfiles(IReadOnlyList<CredentialConfiguration> credentials)
    {
        foreach (var same in credentials.Where(static c => c.Profile is { Length: > 0 }).GroupBy(static c => c.Profile!, StringComparer.Ordinal))
        {
            foreach (var further in same.Skip(1))
                problems.Add(Names.Below(Names.Below(section, further.Name), "profile"), $"'{same.First().Name}' is of the same profile: one credential is enough for it.");
        }
    }

    private void CheckCycles(IReadOnlyList<CredentialConfiguration> credentials, Dictionary<string, CredentialConfiguration> byName)
    {
        var finished = new HashSet<string>(StringComparer.Ordinal);
        foreach (var credential in credentials)
            Visit(credential, [], finished, byName);
    }

    private void Visit(
        CredentialConfiguration credential, List<string> way, HashSet<string> finished, Dictionary<string, CredentialConfiguration> byName)
    {
        if (way.IndexOf(credential.Name) is >= 0 and var start)
        {
            problems.Add(PathOf(credential), $"It stands on itself: {string.Join(" -> ", way.Skip(start).Append(credential.Name))}.");
            return;
        }
        if (finished.Contains(credential.Name))
            return;
        way.Add(credential.Name);
        foreach (var reference in credential.References.Where(static r => r.Scheme == "credential").DistinctBy(static r => r.Path))
        {
            if (byName.TryGetValue(reference.Path, out var target))
                Visit(target, way, finished, byName);
        }
        way.RemoveAt(way.Count - 1);
        finished.Add(credential.Name);
    }

    private string PathOf(CredentialConfiguration credential) => Names.Below(Names.Below(section, credential.Name), "from");
}
