using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Rekey.Mcp.Tools;

/// <summary>Tells a client that asked for it that a long call is alive.</summary>
internal sealed class ToolProgress(RequestContext<CallToolRequestParams> request, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Waits for <paramref name="work"/>, and reports while it takes. A cancelled caller does not wait for work that cannot stop.</summary>
    public async Task<T> WhileAsync<T>(Task<T> work, string what, CancellationToken cancellationToken)
    {
        if (request.Params?.ProgressToken is not { } token)
            return await work.WaitAsync(cancellationToken).ConfigureAwait(false);
        var began = time.GetTimestamp();
        while (!await EndsWithinAsync(work, cancellationToken).ConfigureAwait(false))
        {
            var seconds = (float)time.GetElapsedTime(began).TotalSeconds;
            var value = new ProgressNotificationValue { Progress = seconds, Message = $"{what}: {seconds:F0} s so far" };
            await request.Server.NotifyProgressAsync(token, value, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        return await work.ConfigureAwait(false);
    }

    private async Task<bool> EndsWithinAsync(Task work, CancellationToken cancellationToken)
    {
        try
        {
            await work.WaitAsync(Interval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.None);
            return true;
        }
        catch (TimeoutException)
        {
            return work.IsCompleted;
        }
    }
}
