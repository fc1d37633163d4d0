using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Rekey.Mcp.Tools;

/// <summary>Asks the human through the client to open the page of a sign-in, where the client can do that (URL mode).</summary>
internal sealed class SignInPage(McpServer server)
{
    /// <summary>Whether the client can.</summary>
    public bool CanAsk => server.ClientCapabilities?.Elicitation?.Url is not null;

    /// <summary>Asks, and ends the sign-in when the human declines. Nobody waits for the answer: the sign-in itself is what counts.</summary>
    public async Task AskAsync(SignInPrompt prompt, string message, SignInJob job, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString();
        try
        {
            var answer = await server.ElicitAsync(
                new ElicitRequestParams { Mode = "url", ElicitationId = id, Url = prompt.Url.AbsoluteUri, Message = message }, cancellationToken).ConfigureAwait(false);
            if (!answer.IsAccepted)
            {
                job.Cancel();
                return;
            }
            await job.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
            await server.SendNotificationAsync(
                NotificationMethods.ElicitationCompleteNotification, new ElicitationCompleteNotificationParams { ElicitationId = id },
                cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is McpException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // A client that promises more than it does: the address is in the result as well.
        }
    }
}
