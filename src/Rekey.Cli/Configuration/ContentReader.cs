using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>Reads what the command line names to be hidden, <c>NAME=REFERENCE</c>. What is not a reference is not repeated: it may be a secret.</summary>
internal sealed class ContentReader(RekeyConfiguration? file)
{
    private const string Place = "--env";
    private const string Origin = "the command line";

    private readonly ProblemList _problems = new();
    private readonly List<CredentialConfiguration> _credentials = [.. file?.Credentials ?? []];
    private readonly HashSet<string> _names = [.. (file?.Credentials ?? []).Select(static c => c.Name)];

    /// <summary>That alone, or together with what <paramref name="file"/> has. Throws <see cref="ConfigurationException"/>.</summary>
    public static RekeyConfiguration Read(IEnumerable<string> written, RekeyConfiguration? file)
    {
        var reader = new ContentReader(file);
        foreach (var one in written)
            reader.Add(one);
        new CredentialLinks(reader._problems, Place).Check([.. reader._names], reader._credentials);
        reader._problems.ThrowIfAny(Origin);
        return (file ?? new RekeyConfiguration { Origin = Origin }) with { Credentials = reader._credentials };
    }

    private void Add(string written)
    {
        var equals = written.IndexOf('=');
        var (name, text) = equals < 0 ? ("", "") : (written[..equals], written[(equals + 1)..]);
        var path = Names.Below(Place, name);
        if (text.AsSpan().Trim('=').IsEmpty) // base64 ends so
            _problems.Add(Place, "NAME=REFERENCE is needed, for example TOKEN=env://TOKEN.");
        else if (!Names.IsGood(name))
            _problems.Add(Place, $"A name cannot be used ({Names.Rule}).");
        else if (!_names.Add(name))
            _problems.Add(path, "The name is taken: each is given once, and not to a credential of the configuration.");
        else if (new OriginReader(_problems).ReferenceOf(text, path) is { } reference && IsInReach(reference, path))
            _credentials.Add(new CredentialConfiguration { Name = name, Kind = CredentialKind.Content, From = [new Configuration.Origin.Single(reference)] });
    }

    private bool IsInReach(SecretReference reference, string path)
    {
        if (reference is not { Scheme: "file", Path: ['.', ..] } || file?.Folder is not null)
            return true;
        _problems.Add(path, "A relative path starts from the folder of the configuration: name that with --config, or write the whole path.");
        return false;
    }
}
