using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Rekey.Testing.Aws;

/// <summary>The secrets of an account, with what the service and its operators do to them. Each act is atomic.</summary>
public sealed class AwsSecrets(AwsAccount account)
{
    private readonly Lock _gate = new();
    private ImmutableList<AwsSecret> _secrets = [];
    private ImmutableList<AwsSecret>? _stale;

    /// <summary>Makes a secret with a first version and returns its ARN.</summary>
    public string Create(string name, Secret text) => Create(name, NewVersion(text, null));

    /// <inheritdoc cref="Create(string, Secret)"/>
    public string Create(string name, byte[] binary) => Create(name, NewVersion(null, binary));

    /// <summary>The secret, by its name, its whole ARN or its ARN without the random end.</summary>
    public AwsSecret Get(string id)
    {
        lock (_gate)
            return Find_NeedsLock(_secrets, id);
    }

    /// <summary>What a reader sees: what is, or what was when the news were held back.</summary>
    public AwsSecret Read(string id)
    {
        lock (_gate)
            return Find_NeedsLock(_stale ?? _secrets, id);
    }

    /// <summary>From now on readers see no change (the service is consistent only in the end), until <see cref="Release"/>.</summary>
    public void HoldBack()
    {
        lock (_gate)
            _stale = _secrets;
    }

    public void Release()
    {
        lock (_gate)
            _stale = null;
    }

    /// <summary>Adds a version under the labels, AWSCURRENT where none is named, and returns its id.</summary>
    public string Put(string id, Secret text, params string[] stages) => Put(id, NewVersion(text, null), stages);

    /// <inheritdoc cref="Put(string, Secret, string[])"/>
    public string Put(string id, byte[] binary, params string[] stages) => Put(id, NewVersion(null, binary), stages);

    /// <summary>Adds a version. The same one twice is one; another content under a used id is refused.</summary>
    public string Put(string id, AwsSecretVersion version, params IReadOnlyCollection<string> stages)
    {
        Change(id, secret =>
        {
            var same = secret.Versions.Find(v => v.Id == version.Id);
            if (same is not null && !same.HasContentOf(version))
                throw new AwsException("ResourceExistsException", $"A resource with the ID you requested already exists: {version.Id}");
            secret = same is null ? secret with { Versions = secret.Versions.Add(version) } : secret;
            if (stages.Count == 0 || !secret.Stages.ContainsKey(AwsSecret.Current))
                secret = secret.Move(AwsSecret.Current, version.Id);
            return stages.Aggregate(secret, (s, stage) => s.Move(stage, version.Id));
        });
        return version.Id;
    }

    /// <summary>Puts a label on a version, takes it from one, or both.</summary>
    public void MoveStage(string id, string stage, string? to, string? from) => Change(id, secret =>
    {
        var holder = secret.Stages.GetValueOrDefault(stage);
        if (holder is not null && holder != to && holder != from)
        {
            throw new AwsException("InvalidParameterException", $"The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently "
                + $"attached to version {holder}, so you must explicitly reference that version in RemoveFromVersionId.");
        }
        if (to is null)
            return secret with { Stages = secret.Stages.Remove(stage) };
        return secret.Move(stage, secret.Version(to, null).Id);
    });

    /// <summary>Marks the secret for deletion: it can be described and restored, not read.</summary>
    public void Delete(string id) => Change(id, secret => secret with { Deleted = account.Time.GetUtcNow() });

    public void Restore(string id)
    {
        lock (_gate)
        {
            var secret = Find_NeedsLock(_secrets, id);
            _secrets = _secrets.Replace(secret, secret with { Deleted = null });
        }
    }

    /// <summary>Deletes the secret without recovery.</summary>
    public void Remove(string id)
    {
        lock (_gate)
            _secrets = _secrets.Remove(Find_NeedsLock(_secrets, id));
    }

    public AwsSecretVersion NewVersion(Secret? text, byte[]? binary, string? id = null) =>
        new(id ?? Guid.NewGuid().ToString(), account.Time.GetUtcNow(), text, binary);

    private string Create(string name, AwsSecretVersion version)
    {
        var end = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 6);
        var arn = $"arn:aws:secretsmanager:{account.Region}:{AwsAccount.Id}:secret:{name}-{end}";
        var secret = new AwsSecret(name, arn, account.Time.GetUtcNow()) { Versions = [version] }.Move(AwsSecret.Current, version.Id);
        lock (_gate)
        {
            if (_secrets.Exists(s => s.Name == name))
                throw new AwsException("ResourceExistsException", $"The operation failed because the secret {name} already exists.");
            _secrets = _secrets.Add(secret);
        }
        return arn;
    }

    private void Change(string id, Func<AwsSecret, AwsSecret> change)
    {
        lock (_gate)
        {
            var secret = Find_NeedsLock(_secrets, id);
            if (secret.Deleted is not null)
                throw AwsException.MarkedForDeletion;
            _secrets = _secrets.Replace(secret, change(secret));
        }
    }

    // The service takes an ARN that ends in a hyphen and six characters for a whole one, also where they belong to the name.
    private static AwsSecret Find_NeedsLock(ImmutableList<AwsSecret> secrets, string id)
    {
        var isArn = id.StartsWith("arn:", StringComparison.Ordinal);
        var isWhole = isArn && id.Length > 7 && id[^7] == '-';
        return secrets.Find(s => !isArn ? s.Name == id : isWhole ? s.Arn == id : s.Arn[..^7] == id) ?? throw AwsException.SecretNotFound;
    }
}
