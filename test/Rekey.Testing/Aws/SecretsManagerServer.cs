using System.Text.Json.Nodes;

namespace Rekey.Testing.Aws;

/// <summary>AWS Secrets Manager on the wire, over <see cref="Secrets"/>.</summary>
public sealed class SecretsManagerServer(AwsAccount account) : AwsJsonServer(account, "secretsmanager", "secretsmanager")
{
    public AwsSecrets Secrets { get; } = new(account);

    protected override JsonObject Answer(string operation, JsonObject input, Principal caller)
    {
        var id = Text(input, "SecretId");
        if (string.IsNullOrEmpty(id))
            throw new AwsException("InvalidParameterException", "You must provide a SecretId.");
        caller.Demand($"secretsmanager:{operation}", id);
        return operation switch
        {
            "GetSecretValue" => GetSecretValue(Secrets.Read(id), input, caller),
            "DescribeSecret" => Describe(Secrets.Read(id)),
            "ListSecretVersionIds" => ListVersions(Secrets.Read(id), input),
            "PutSecretValue" => Put(id, input),
            "UpdateSecretVersionStage" => UpdateStage(id, input),
            _ => throw UnknownOperation,
        };
    }

    private static JsonObject GetSecretValue(AwsSecret secret, JsonObject input, Principal caller)
    {
        if (secret.Deleted is not null)
            throw AwsException.MarkedForDeletion;
        var version = secret.Version(Text(input, "VersionId"), Text(input, "VersionStage"));
        if (!caller.May("kms:Decrypt"))
            throw AwsException.KmsNotAllowed;
        var answer = Name(secret);
        answer["VersionId"] = version.Id;
        if (version.Text is { } text)
            answer["SecretString"] = text.Reveal();
        if (version.Binary is { } binary)
            answer["SecretBinary"] = Convert.ToBase64String(binary);
        answer["VersionStages"] = Names(secret.StagesOf(version.Id));
        answer["CreatedDate"] = Epoch(version.Created);
        return answer;
    }

    private static JsonObject Describe(AwsSecret secret)
    {
        var answer = Name(secret);
        answer["LastChangedDate"] = Epoch(secret.Versions[^1].Created);
        if (secret.Deleted is { } deleted)
            answer["DeletedDate"] = Epoch(deleted);
        answer["VersionIdsToStages"] = new JsonObject(
            secret.Stages.GroupBy(static s => s.Value, static s => s.Key).Select(static v => KeyValuePair.Create<string, JsonNode?>(v.Key, Names(v))));
        answer["CreatedDate"] = Epoch(secret.Created);
        return answer;
    }

    private static JsonObject ListVersions(AwsSecret secret, JsonObject input)
    {
        var isAll = Flag(input, "IncludeDeprecated");
        var answer = Name(secret);
        answer["Versions"] = new JsonArray([.. secret.Versions
            .Where(v => isAll || secret.StagesOf(v.Id).Any())
            .Select(v => new JsonObject { ["VersionId"] = v.Id, ["VersionStages"] = Names(secret.StagesOf(v.Id)), ["CreatedDate"] = Epoch(v.Created) })]);
        return answer;
    }

    private JsonObject Put(string id, JsonObject input)
    {
        var text = Text(input, "SecretString");
        var binary = Text(input, "SecretBinary");
        if (text is null == binary is null)
            throw new AwsException("InvalidRequestException", "You must provide either SecretString or SecretBinary.");
        var version = Secrets.NewVersion(text is null ? null : new Secret(text), Bytes(binary), Text(input, "ClientRequestToken"));
        string[] stages = [.. (input["VersionStages"] as JsonArray ?? []).Select(static s => s?.ToString() ?? "")];
        Secrets.Put(id, version, stages);
        var answer = Name(Secrets.Get(id));
        answer["VersionId"] = version.Id;
        answer["VersionStages"] = Names(Secrets.Get(id).StagesOf(version.Id));
        return answer;
    }

    private JsonObject UpdateStage(string id, JsonObject input)
    {
        var stage = Text(input, "VersionStage") ?? throw new AwsException("InvalidParameterException", "You must provide a VersionStage.");
        Secrets.MoveStage(id, stage, Text(input, "MoveToVersionId"), Text(input, "RemoveFromVersionId"));
        return Name(Secrets.Get(id));
    }

    private static byte[]? Bytes(string? base64)
    {
        if (base64 is null)
            return null;
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? bytes[..count] : throw new AwsException("SerializationException", "");
    }

    private static JsonObject Name(AwsSecret secret) => new() { ["ARN"] = secret.Arn, ["Name"] = secret.Name };

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(static n => (JsonNode)n)]);
}
