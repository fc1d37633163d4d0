using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Rekey.Testing.Tds;

/// <summary>
/// What SQL Server looks like from the wire (TDS 7.4), on loopback and in this process: logins with passwords that change while sessions
/// live, sessions that are killed, encryption in its three forms, and answers that a test writes. It knows no SQL.
/// </summary>
public sealed class TdsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, TdsAccount> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<TdsSession, Task> _sessions = new();
    private readonly ConcurrentStack<(Regex Pattern, Func<TdsRequest, CancellationToken, Task<TdsAnswer>> Answer)> _script = new();
    private readonly Task _accepting;
    private int _ids;
    private int _resets;
    private int _cancelled;
    private int _connections;

    /// <summary>Listens at once.</summary>
    public TdsServer(TdsEncryption encryption = TdsEncryption.None)
    {
        Encryption = encryption;
        On("^select 1$", TdsTable.Of(1));
        On("^set ", new TdsDone());
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public TdsEncryption Encryption { get; set; }

    /// <summary>How many sessions there may be at once.</summary>
    public int Capacity { get; set; } = int.MaxValue;

    /// <summary>The databases that exist; every one when there are none.</summary>
    public ISet<string> Databases { get; } = new HashSet<string>();

    /// <summary>Every statement that was sent, and the begin and end of transactions.</summary>
    public ConcurrentQueue<(string User, string What)> Journal { get; } = new();

    /// <summary>What was last asked of the server at a login.</summary>
    public (string Application, bool IsReadOnly) LastLogin { get; private set; }

    /// <summary>Connections that were accepted, logged in or not.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Those of them that are not closed.</summary>
    public int OpenConnections => _sessions.Count;

    /// <summary>How often a session was taken from a pool and cleaned for the next user.</summary>
    public int Resets => Volatile.Read(ref _resets);

    /// <summary>How many statements a client stopped.</summary>
    public int CancelledStatements => Volatile.Read(ref _cancelled);

    public void SetPassword(string user, string password) => _accounts.GetOrAdd(user, static _ => new TdsAccount()).Password = password;

    public void SetState(string user, TdsAccountState state) => _accounts[user].State = state;

    public int AcceptedLogins(string user) => _accounts[user].Accepted;

    /// <summary>Logins that came with a password and were refused.</summary>
    public int RefusedLogins(string user) => _accounts[user].Refused;

    public int Sessions(string user) => _sessions.Keys.Count(s => Is(s, user));

    public bool HasEncryptedSession(string user) => _sessions.Keys.Any(s => Is(s, user) && s.IsEncrypted);

    /// <summary>Breaks every session of a user off.</summary>
    public int Kill(string user)
    {
        var killed = _sessions.Keys.Where(s => Is(s, user)).ToList();
        killed.ForEach(static s => s.Dispose());
        return killed.Count;
    }

    /// <summary>What is answered to every statement that matches; the last word counts.</summary>
    public void On(string pattern, TdsAnswer answer) => On(pattern, (_, _) => Task.FromResult(answer));

    /// <inheritdoc cref="On(string, TdsAnswer)"/>
    public void On(string pattern, Func<TdsRequest, CancellationToken, Task<TdsAnswer>> answer) =>
        _script.Push((new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline), answer));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var session in _sessions.Keys)
            session.Dispose();
        await Task.WhenAll(_sessions.Values);
    }

    internal void CountReset() => Interlocked.Increment(ref _resets);

    internal void CountCancelled() => Interlocked.Increment(ref _cancelled);

    internal void Note(string user, string what) => Journal.Enqueue((user, what));

    /// <summary>The error that a login ends in; null when it is let in.</summary>
    internal TdsFault? Check(TdsLogin login)
    {
        LastLogin = (login.Application, login.IsReadOnly);
        if (!_accounts.TryGetValue(login.User, out var account))
            return new TdsFault(18456, Severity: 14, $"Login failed for user '{login.User}'.");
        if (account.Check(login.User, login.Password) is { } refused)
            return refused;
        if (Databases.Count > 0 && !Databases.Contains(login.Database))
            return new TdsFault(4060, Severity: 11, $"Cannot open database \"{login.Database}\" requested by the login.");
        if (_sessions.Keys.Count(static s => s.User is not null) >= Capacity)
            return new TdsFault(17809, Severity: 20, "The maximum number of user connections has been reached.");
        account.CountAccepted();
        return null;
    }

    internal async Task<TdsAnswer> AnswerAsync(TdsRequest request, CancellationToken cancellationToken)
    {
        Note(request.User, request.Sql);
        foreach (var (pattern, answer) in _script)
        {
            if (pattern.IsMatch(request.Sql))
                return await answer(request, cancellationToken);
        }
        return new TdsFault(208, Message: "Invalid object name.");
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                Interlocked.Increment(ref _connections);
                var session = new TdsSession(this, socket, Interlocked.Increment(ref _ids));
                // Registered before it begins, so that it is found when it ends.
                var registered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _sessions[session] = ServeAsync(session, registered.Task);
                registered.SetResult();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The server ends.
        }
    }

    private async Task ServeAsync(TdsSession session, Task registered)
    {
        await registered;
        await session.ServeAsync(_stop.Token);
        _sessions.TryRemove(session, out _);
        session.Dispose();
    }

    private static bool Is(TdsSession session, string user) => string.Equals(session.User, user, StringComparison.OrdinalIgnoreCase);
}
