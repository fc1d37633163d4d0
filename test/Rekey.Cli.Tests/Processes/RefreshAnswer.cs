using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rekey.Cli.Tests.Processes;

/// <summary>
/// An answer of <c>refresh_credentials</c> that keeps its contract to the letter. The contract is written down here a second time: what
/// the tool publishes about itself proves nothing about itself.
/// </summary>
internal sealed partial record RefreshAnswer(bool IsSuccess, string Code, string Message, DateTimeOffset At, long Total)
{
    private static readonly Dictionary<string, bool> Retryable = new()
    {
        ["REFRESH_NOT_AVAILABLE"] = false,
        ["REFRESH_IN_PROGRESS"] = true,
        ["NETWORK_ERROR"] = true,
        ["RATE_LIMITED"] = true,
        ["SESSION_REVOKED"] = false,
        ["STORAGE_ERROR"] = true,
        ["INVALID_RESPONSE"] = false,
        ["UNKNOWN"] = false,
    };

    /// <summary>The answer in the result of a call; fails where it breaks the contract.</summary>
    public static RefreshAnswer Of(JsonElement result)
    {
        var content = result.GetProperty("structuredContent");
        var text = Assert.Single(result.GetProperty("content").EnumerateArray());
        Assert.Equal("text", text.GetProperty("type").GetString());
        Assert.True(JsonElement.DeepEquals(content, JsonElement.Parse(text.GetProperty("text").GetString()!)), result.ToString());
        var isSuccess = content.GetProperty("success").GetBoolean();
        Assert.Equal(!isSuccess, result.TryGetProperty("isError", out var isError) && isError.GetBoolean());
        return isSuccess ? Success(content) : Failure(content);
    }

    private static RefreshAnswer Success(JsonElement content)
    {
        Assert.Equal(["success", "message", "refreshedAt", "totalRefreshes"], Members(content));
        Assert.Equal("Credentials refreshed successfully", content.GetProperty("message").GetString());
        Assert.Matches(UtcWithMilliseconds(), content.GetProperty("refreshedAt").GetString());
        var total = content.GetProperty("totalRefreshes").GetInt64();
        Assert.True(total >= 0);
        return new RefreshAnswer(true, "", "", content.GetProperty("refreshedAt").GetDateTimeOffset(), total);
    }

    private static RefreshAnswer Failure(JsonElement content)
    {
        Assert.Equal(["success", "error"], Members(content));
        var error = content.GetProperty("error");
        Assert.Equal(["code", "message", "retryable"], Members(error));
        var code = error.GetProperty("code").GetString()!;
        Assert.Contains(code, Retryable.Keys);
        Assert.Equal(Retryable[code], error.GetProperty("retryable").GetBoolean());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        return new RefreshAnswer(false, code, error.GetProperty("message").GetString()!, default, -1);
    }

    private static IEnumerable<string> Members(JsonElement content) => content.EnumerateObject().Select(static member => member.Name);

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$")]
    private static partial Regex UtcWithMilliseconds();
}
