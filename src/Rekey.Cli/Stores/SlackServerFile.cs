using System.Text.Json;
using Rekey.Files;

namespace Rekey.Cli.Stores;

/// <summary>
/// The file in which slack-mcp-server keeps its session, for those who come from there. It belongs to that server: it is read and never
/// changed.
/// </summary>
internal static class SlackServerFile
{
    private const int MaxBytes = 1 << 20;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The session; null when there is no such file. Its secrets are known to <paramref name="secrets"/> before.</summary>
    public static async Task<SlackServerSession?> ReadAsync(string path, string credential, ISecretRegistry? secrets, CancellationToken cancellationToken)
    {
        if (await Task.Run(() => Content(path), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false) is not { } content)
            return null;
        try
        {
            using var json = JsonDocument.Parse(content, Strict);
            var session = Session(json.RootElement);
            foreach (var (field, value) in session.Record.Current.Fields)
                secrets?.Register(credential, field, value);
            return session;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw StoreErrors.NotOfSlackServer(path);
        }
    }

    private static byte[]? Content(string path)
    {
        try
        {
            return PrivateFiles.Read(path, MaxBytes); // of a file beyond measure a part, which is no JSON
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.Unreadable(path, e);
        }
    }

    private static SlackServerSession Session(JsonElement json)
    {
        var (credentials, metadata) = (json.GetProperty("credentials"), json.GetProperty("metadata"));
        var refreshes = metadata.GetProperty("refreshCount").GetInt64();
        if (json.GetProperty("version").GetInt32() != 1 || refreshes < 0)
            throw new JsonException();
        var state = new SessionState
        {
            Fields = new Dictionary<string, Secret>(StringComparer.Ordinal)
            {
                ["token"] = new(Text(credentials, "token")),
                ["cookie"] = new(Text(credentials, "cookie")),
            },
            RefreshedAt = RefreshedAt(metadata),
        };
        return new SlackServerSession(new SessionRecord { Current = state, Refreshes = refreshes }, Text(credentials, "workspace"));
    }

    // What it was configured with is stamped as well, with the time at which it was first seen: that says nothing about its age.
    private static DateTimeOffset? RefreshedAt(JsonElement metadata)
    {
        var written = metadata.GetProperty("lastRefreshed").GetDateTimeOffset().ToUniversalTime();
        return Text(metadata, "source") switch
        {
            "initial" => null,
            "auto-refresh" or "manual-refresh" => written,
            _ => throw new JsonException(),
        };
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString() is { Length: > 0 } text ? text : throw new JsonException();
}

/// <summary>A session of slack-mcp-server and the workspace that it is for.</summary>
internal sealed record SlackServerSession(SessionRecord Record, string Workspace)
{
    /// <summary>Prints no secret.</summary>
    public override string ToString() => Secret.Marker;
}
