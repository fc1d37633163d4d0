namespace Rekey.Cli.Control;

/// <summary>Tells every server of this user to look at its sources again.</summary>
internal sealed class ControlClient(IControlTransport transport, TimeProvider time)
{
    // The slowest honest answer: a fetch, three verifications and pools that warm up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    /// <summary>One answer for each server that lives. Empty when none does.</summary>
    public async Task<IReadOnlyList<ControlAnswer>> RefreshAsync(string? credential, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(transport.FindServers().Select(server => AskAsync(server, credential, cancellationToken))).ConfigureAwait(false);
        return [.. answers.OfType<ControlAnswer>()];
    }

    private async Task<ControlAnswer?> AskAsync(string server, string? credential, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var stream = await transport.ConnectAsync(server, both.Token).ConfigureAwait(false);
            if (stream is null)
                return null;
            await using (stream.ConfigureAwait(false))
            {
                await ControlLine.WriteAsync(stream, ControlMessages.Request(credential), both.Token).ConfigureAwait(false);
                var line = await ControlLine.ReadAsync(stream, ControlLine.LongestAnswer, both.Token).ConfigureAwait(false);
                return (line is null ? null : ControlMessages.ReadAnswer(line)) ?? new ControlAnswer([], ControlErrors.NoAnswer());
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new ControlAnswer([], ControlErrors.NoAnswer());
        }
    }
}
