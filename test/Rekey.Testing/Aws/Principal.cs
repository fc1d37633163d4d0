using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Rekey.Testing.Aws;

/// <summary>Who signs calls: an access key with what it may not do. A test plants its secrets.</summary>
public sealed class Principal(string accessKeyId, Secret secretAccessKey)
{
    private readonly ConcurrentDictionary<string, byte> _denied = new();

    public string AccessKeyId => accessKeyId;

    public Secret SecretAccessKey => secretAccessKey;

    /// <summary>Without one the keys are for ever.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>From when on the session token is refused.</summary>
    public DateTimeOffset? Expires { get; set; }

    public string Arn { get; init; } = $"arn:aws:iam::{AwsAccount.Id}:user/tester";

    /// <summary>A user with keys that nobody else has.</summary>
    public static Principal NewUser(string name = "tester") =>
        new("AKIA" + NewName(16), NewSecret()) { Arn = $"arn:aws:iam::{AwsAccount.Id}:user/{name}" };

    /// <summary>A session of a role, with a token.</summary>
    public static Principal NewSession(string role, string session, DateTimeOffset expires) => new("ASIA" + NewName(16), NewSecret())
    {
        SessionToken = new Secret(Convert.ToBase64String(RandomNumberGenerator.GetBytes(120))),
        Expires = expires,
        Arn = $"arn:aws:sts::{AwsAccount.Id}:assumed-role/{role}/{session}",
    };

    /// <summary>Forbids an action, such as <c>secretsmanager:GetSecretValue</c> or <c>kms:Decrypt</c>.</summary>
    public Principal Deny(params IEnumerable<string> actions)
    {
        foreach (var action in actions)
            _denied[action] = 0;
        return this;
    }

    public void Allow(string action) => _denied.TryRemove(action, out _);

    public bool May(string action) => !_denied.ContainsKey(action);

    /// <summary>Refuses an action that is denied, in the words of IAM.</summary>
    internal void Demand(string action, string resource)
    {
        if (!May(action))
            throw AwsException.NotAuthorized(Arn, action, resource);
    }

    private static string NewName(int length) => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", length);

    private static Secret NewSecret() => new(Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)));
}
