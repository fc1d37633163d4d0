using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace Rekey.Testing.Aws;

/// <summary>The Parameter Store of AWS Systems Manager on the wire: reading one parameter.</summary>
public sealed class ParameterStoreServer(AwsAccount account) : AwsJsonServer(account, "ssm", "AmazonSSM")
{
    private readonly Lock _gate = new();
    private ImmutableList<AwsParameter> _parameters = [];

    /// <summary>Adds a version of the parameter and returns its number.</summary>
    public int Put(string name, Secret value, ParameterType type = ParameterType.Secure)
    {
        lock (_gate)
        {
            var version = 1 + _parameters.Where(p => p.Name == name).Select(static p => p.Version).DefaultIfEmpty().Max();
            _parameters = _parameters.Add(new AwsParameter(name, version, type, value, Account.Time.GetUtcNow()));
            return version;
        }
    }

    /// <summary>Puts a label on a version; it stands on one only.</summary>
    public void Label(string name, int version, string label)
    {
        lock (_gate)
        {
            _parameters = [.. _parameters.Select(p => p.Name != name ? p : p with
            {
                Labels = [.. p.Labels.Where(l => l != label), .. p.Version == version ? [label] : Array.Empty<string>()],
            })];
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
            _parameters = _parameters.RemoveAll(p => p.Name == name);
    }

    public string ArnOf(string name) => $"{ArnStart}/{name.TrimStart('/')}";

    protected override JsonObject Answer(string operation, JsonObject input, Principal caller)
    {
        if (operation != "GetParameter")
            throw UnknownOperation;
        var asked = Text(input, "Name");
        if (string.IsNullOrEmpty(asked))
            throw new AwsException("ValidationException", "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null");
        var (name, selector) = Split(asked);
        caller.Demand("ssm:GetParameter", ArnOf(name));
        var parameter = Find(name, selector);
        var isDecrypted = Flag(input, "WithDecryption");
        if (parameter.Type is ParameterType.Secure && isDecrypted && !caller.May("kms:Decrypt"))
        {
            throw new AwsException("AccessDeniedException",
                "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.");
        }
        return new JsonObject { ["Parameter"] = Written(parameter, selector, isDecrypted) };
    }

    private string ArnStart => $"arn:aws:ssm:{Account.Region}:{AwsAccount.Id}:parameter";

    private JsonObject Written(AwsParameter parameter, string? selector, bool isDecrypted)
    {
        var written = new JsonObject
        {
            ["ARN"] = ArnOf(parameter.Name),
            ["DataType"] = "text",
            ["LastModifiedDate"] = Epoch(parameter.Modified),
            ["Name"] = parameter.Name,
            ["Type"] = parameter.Type switch
            {
                ParameterType.Plain => "String",
                ParameterType.PlainList => "StringList",
                _ => "SecureString",
            },
            ["Value"] = parameter.Type is ParameterType.Secure && !isDecrypted ? Cipher(parameter) : parameter.Value.Reveal(),
            ["Version"] = parameter.Version,
        };
        if (selector is not null)
            written["Selector"] = ":" + selector;
        return written;
    }

    // A name may be an ARN, where one without a path has lost no slash; a version or a label may follow.
    private (string Name, string? Selector) Split(string asked)
    {
        var isArn = asked.StartsWith(ArnStart + "/", StringComparison.Ordinal);
        var parts = (isArn ? asked[ArnStart.Length..] : asked).Split(':', 2);
        return (isArn && !parts[0][1..].Contains('/', StringComparison.Ordinal) ? parts[0][1..] : parts[0], parts.ElementAtOrDefault(1));
    }

    private AwsParameter Find(string name, string? selector)
    {
        lock (_gate)
        {
            var versions = _parameters.FindAll(p => p.Name == name);
            if (versions.IsEmpty)
                throw new AwsException("ParameterNotFound", "");
            if (selector is null)
                return versions[^1];
            return versions.Find(p => p.IsSelectedBy(selector)) ?? throw new AwsException(
                "ParameterVersionNotFound", $"Systems Manager could not find version {selector} of {name}. Verify the version and try again.");
        }
    }

    // What a caller gets who does not ask for decryption: bytes that say nothing about the value.
    private static string Cipher(AwsParameter parameter) =>
        "AQICAHh" + Convert.ToBase64String(Encoding.UTF8.GetBytes($"ciphertext of version {parameter.Version}"));
}
