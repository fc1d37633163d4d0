using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Arguments;

namespace Rekey.Mcp.Tools;

/// <summary>
/// One tool of ours: it announces what it checks, runs off the loop that reads messages, and answers every failure in one shape.
/// No exception's text reaches the SDK, which would log it and may send it.
/// </summary>
internal abstract class RekeyTool(ToolText text, ParameterList parameters, ToolSetting setting) : McpServerTool
{
    private Tool? _tool;

    public string Name => text.Name;

    public ParameterList Parameters => parameters;

    /// <summary>Built when somebody lists the tools, not before.</summary>
    public sealed override Tool ProtocolTool => _tool ??= new Tool
    {
        Name = text.Name,
        Title = text.Title,
        Description = text.Description,
        InputSchema = parameters.ToSchema(),
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations
        {
            Title = text.Title,
            ReadOnlyHint = text.IsReadOnly,
            DestructiveHint = false,
            IdempotentHint = true,
            OpenWorldHint = false,
        },
    };

    public sealed override IReadOnlyList<object> Metadata => [];

    protected ToolSetting Setting => setting;

    /// <summary>The shape of a success and of a failure.</summary>
    protected abstract System.Text.Json.JsonElement OutputSchema { get; }

    /// <inheritdoc/>
    public sealed override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, setting.Stopping);
        var ends = over.Token;
        try
        {
            var arguments = parameters.Read(request.Params?.Arguments);
            // Some drivers block: the loop that reads messages, cancellations among them, must not.
            var work = Task.Run(() => CallAsync(arguments, request.Server, ends), ends);
            return await new ToolProgress(request, setting.Time).WhileAsync(work, text.Title, ends).ConfigureAwait(false);
        }
        catch (CredentialException e)
        {
            return Failure(e.Error);
        }
        catch (OperationCanceledException) when (setting.Stopping.IsCancellationRequested)
        {
            return Failure(ToolErrors.Stopped());
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            ToolLog.Unexpected(setting.Logger, text.Name, e.GetType().Name);
            return Failure(ToolErrors.Internal(text.Name, e));
        }
    }

    /// <summary>A failure in the shape of this tool.</summary>
    protected virtual CallToolResult Failure(CredentialError error) => ToolResult.Failure(error);

    /// <summary>Does the work. Failures that are known are thrown as <see cref="CredentialException"/>.</summary>
    protected abstract Task<CallToolResult> CallAsync(ToolArguments arguments, McpServer server, CancellationToken cancellationToken);
}

/// <summary>What a model reads of a tool.</summary>
/// <param name="Name">The name it is called by.</param>
/// <param name="Title">What it does, in a few words.</param>
/// <param name="Description">When to call it, and what comes back.</param>
/// <param name="IsReadOnly">Whether it leaves everything as it was.</param>
internal sealed record ToolText(string Name, string Title, string Description, bool IsReadOnly = true);

/// <summary>What every tool stands on.</summary>
/// <param name="Time">The clocks.</param>
/// <param name="Logger">Where a bug of ours is reported, by its type.</param>
/// <param name="Stopping">Says that the server ends, with every call that is under way.</param>
internal sealed record ToolSetting(TimeProvider Time, ILogger Logger, CancellationToken Stopping);
