using System.Collections.Concurrent;

namespace Rekey.Testing.Aws;

/// <summary>An account in one region: its clock, who may sign, which roles there are. The servers of this folder stand on it.</summary>
public sealed class AwsAccount(TimeProvider? time = null, string region = "eu-central-1")
{
    public const string Id = "123456789012";

    private readonly ConcurrentDictionary<string, Principal> _principals = new();
    private readonly ConcurrentDictionary<string, AwsRole> _roles = new();

    /// <summary>The clock of the servers.</summary>
    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    public string Region => region;

    /// <summary>The sessions that were handed out, so that a test can plant their secrets.</summary>
    public ConcurrentQueue<Principal> Sessions { get; } = new();

    public Principal Add(Principal principal) => _principals[principal.AccessKeyId] = principal;

    public AwsRole Add(AwsRole role) => _roles[role.Arn] = role;

    /// <summary>Somebody deletes the access key.</summary>
    public void Remove(Principal principal) => _principals.TryRemove(principal.AccessKeyId, out _);

    public Principal? Find(string accessKeyId) => _principals.GetValueOrDefault(accessKeyId);

    public AwsRole? FindRole(string arn) => _roles.GetValueOrDefault(arn);

    /// <summary>A new session of a role.</summary>
    public Principal Open(AwsRole role, string session, TimeSpan duration)
    {
        var principal = Add(Principal.NewSession(role.Name, session, Time.GetUtcNow() + duration).Deny(role.Denied));
        Sessions.Enqueue(principal);
        return principal;
    }
}
