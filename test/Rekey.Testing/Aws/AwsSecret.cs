using System.Collections.Immutable;

namespace Rekey.Testing.Aws;

/// <summary>A secret with its versions, and on which of them each staging label stands.</summary>
public sealed record AwsSecret(string Name, string Arn, DateTimeOffset Created)
{
    public const string Current = "AWSCURRENT";
    public const string Previous = "AWSPREVIOUS";
    public const string Pending = "AWSPENDING";

    public ImmutableList<AwsSecretVersion> Versions { get; init; } = [];

    /// <summary>From the label to the id of its version.</summary>
    public ImmutableSortedDictionary<string, string> Stages { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>When its deletion was asked for; null where it was not.</summary>
    public DateTimeOffset? Deleted { get; init; }

    public IEnumerable<string> StagesOf(string version) => Stages.Where(s => s.Value == version).Select(static s => s.Key);

    /// <summary>The version under a label, with an id, or both.</summary>
    public AwsSecretVersion Version(string? id, string? stage)
    {
        if (id is null)
            return Versions.Find(v => v.Id == Stages.GetValueOrDefault(stage ?? Current)) ?? throw AwsException.SecretStageNotFound(stage ?? Current);
        var version = Versions.Find(v => v.Id == id) ?? throw AwsException.SecretVersionNotFound(id);
        return stage is null || Stages.GetValueOrDefault(stage) == id
            ? version
            : throw new AwsException("InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.");
    }

    /// <summary>Puts a label on a version. What was current becomes previous, and a version that becomes current is no longer pending.</summary>
    public AwsSecret Move(string stage, string version)
    {
        var stages = Stages;
        if (stage == Current && stages.TryGetValue(Current, out var before) && before != version)
            stages = stages.SetItem(Previous, before);
        if (stage == Current && stages.GetValueOrDefault(Pending) == version)
            stages = stages.Remove(Pending);
        return this with { Stages = stages.SetItem(stage, version) };
    }
}
