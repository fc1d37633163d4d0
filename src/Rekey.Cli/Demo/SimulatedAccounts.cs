using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Rekey.Databases;

namespace Rekey.Cli.Demo;

/// <summary>The logins that a database server would keep: refuses wrong and old passwords, ends the sessions of removed users.</summary>
internal sealed class SimulatedAccounts
{
    private readonly ConcurrentDictionary<string, Secret> _passwords = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<DbConnection, string> _sessions = [];

    public void Set(string user, Secret password) => _passwords[user] = password;

    public void Remove(string user) => _passwords.TryRemove(user, out _);

    public void Admit(DatabaseCredential credential)
    {
        if (!_passwords.TryGetValue(credential.UserName, out var password) || password != credential.Password)
            throw new SimulatedLoginException(DatabaseFailure.CredentialRefused);
    }

    public void Begin(DbConnection session, string user) => _sessions.AddOrUpdate(session, user);

    public void RequireAlive(DbConnection session)
    {
        if (_sessions.TryGetValue(session, out var user) && !_passwords.ContainsKey(user))
            throw new SimulatedLoginException(DatabaseFailure.LoginRemoved);
    }
}

/// <summary>What the simulated server says to a login or a session that it does not accept.</summary>
internal sealed class SimulatedLoginException(DatabaseFailure failure) : DbException("The simulated server refused it.")
{
    public DatabaseFailure Failure { get; } = failure;
}
