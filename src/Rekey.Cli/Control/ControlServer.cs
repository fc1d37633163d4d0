using Microsoft.Extensions.Logging;

namespace Rekey.Cli.Control;

/// <summary>
/// Listens for "something has rotated". An event only makes the server look at its sources again: nothing that arrives here is
/// believed, and nothing secret is answered.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private const int MostAtOnce = 8;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly CredentialRegistry _credentials;
    private readonly IControlListener _listener;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _room = new(MostAtOnce);
    private readonly Task _loop;

    private ControlServer(CredentialRegistry credentials, IControlListener listener, TimeProvider time, ILogger logger)
    {
        _credentials = credentials;
        _listener = listener;
        _time = time;
        _logger = logger;
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Null, and a line in the log, when no place can be opened: the server works without it.</summary>
    public static ControlServer? TryStart(CredentialRegistry credentials, IControlTransport transport, TimeProvider time, ILogger logger)
    {
        try
        {
            return new ControlServer(credentials, transport.Listen(), time, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            CliLog.NoControl(logger, e.GetType().Name);
            return null;
        }
    }

    /// <summary>Looks at the source of one credential, or of all.</summary>
    public static async Task<ControlAnswer> RefreshAsync(CredentialRegistry credentials, string? name, CancellationToken cancellationToken)
    {
        var all = credentials.All;
        var meant = name is null ? all : [.. all.Where(c => c.Name == name)];
        if (name is not null && meant.Count == 0)
            return new ControlAnswer([], ControlErrors.UnknownCredential(name, all.Select(static c => c.Name)));
        return new ControlAnswer(await Task.WhenAll(meant.Select(async c =>
            ControlResult.Of(c.Name, await c.RefreshAsync(RefreshTrigger.Rotation, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (_stop.IsCancellationRequested)
                    return;
                _room.Release();
                CliLog.ControlFailed(_logger, e.GetType().Name);
                await Task.Delay(PauseAfterFailure, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Stream stream)
    {
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                if (await RequestAsync(stream).ConfigureAwait(false) is not { } line)
                    return;
                var answer = ControlMessages.TryReadRequest(line, out var credential)
                    ? await RefreshAsync(_credentials, credential, _stop.Token).ConfigureAwait(false)
                    : new ControlAnswer([], ControlErrors.InvalidRequest());
                using var limit = Limit(AnswerTimeout);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
                await ControlLine.WriteAsync(stream, ControlMessages.Answer(answer), both.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whoever asked is gone or slow: that is their loss alone.
            CliLog.ControlFailed(_logger, e.GetType().Name);
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<byte[]?> RequestAsync(Stream stream)
    {
        using var limit = Limit(RequestTimeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        return await ControlLine.ReadAsync(stream, ControlLine.LongestRequest, both.Token).ConfigureAwait(false);
    }

    private CancellationTokenSource Limit(TimeSpan time) => new(time, _time);
}
