using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Databases;

namespace Rekey.Mcp.Tools;

/// <summary>The tools that the configuration asks for, always listed in one order. What a tool announces is built when it is first listed.</summary>
internal sealed class ToolSet
{
    private readonly List<RekeyTool> _tools;

    public ToolSet(RekeyServerOptions options, CancellationToken stopping)
    {
        var setting = new ToolSetting(options.Time, options.LoggerFactory.CreateLogger("Rekey.Mcp.Tools"), stopping);
        var refreshed = options.Registry.All.Where(RefreshSecretTool.Refreshes).ToList();
        var sessions = options.Registry.All.Where(RefreshCredentialsTool.Refreshes).ToList();
        _tools =
        [
            new HealthCheckTool(options.Registry, options.SetupHint, setting),
            new ListCredentialsTool(options.Registry, options.SetupHint, setting),
            new GetCredentialEventsTool(options.Events, options.Registry, setting),
        ];
        if (refreshed.Count > 0)
            _tools.Add(RefreshSecretTool.For(refreshed, setting));
        if (sessions.Count > 0)
            _tools.Add(RefreshCredentialsTool.For(sessions, setting));
        if (options.Sessions is { } finder)
            _tools.Add(new RefreshAwsSsoTokenTool(finder, setting));
        if (options.Databases.Count > 0)
            _tools.AddRange(DatabaseTools.For(new DatabaseSet(options.Databases, options.Redactor, setting)));
    }

    public IReadOnlyList<RekeyTool> All => _tools;

    public bool Has(string name) => _tools.Exists(t => t.Name == name);

    public ValueTask<ListToolsResult> ListAsync(RequestContext<ListToolsRequestParams> request, CancellationToken cancellationToken) =>
        new(new ListToolsResult { Tools = [.. _tools.Select(static t => t.ProtocolTool)] });

    public ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken) =>
        _tools.Find(t => t.Name == request.Params?.Name) is { } tool
            ? tool.InvokeAsync(request, cancellationToken)
            : throw new McpProtocolException("Unknown tool. Call tools/list for the names.", McpErrorCode.InvalidParams);
}
