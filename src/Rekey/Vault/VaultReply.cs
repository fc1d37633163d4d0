using System.Text.Json;

namespace Rekey.Vault;

/// <summary>What came of a call: the status decides, the body says more.</summary>
internal sealed record VaultReply(HttpFault Fault, int Status, JsonElement Body, TimeSpan? RetryAfter)
{
    private const double LongestLife = 100 * 365.25 * 24 * 3600;

    /// <summary>Who was asked.</summary>
    public string? Server { get; init; }

    /// <summary>Whether a whole answer came that is none of Vault's.</summary>
    public bool IsForeign => Fault is HttpFault.None && IsSuccess && Status != 204 && Body.ValueKind is not JsonValueKind.Object;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Vault's own failures list what it says of them, if only nothing.</summary>
    public JsonElement? Errors => Body.Member("errors") is { ValueKind: JsonValueKind.Array } errors ? errors : null;

    public JsonElement Data => Body.Member("data") ?? default;

    public static VaultReply Read(HttpAnswer answer)
    {
        var isTruncated = false;
        var body = answer.Fault is HttpFault.None && !answer.Body.IsEmpty ? JsonReading.Parse(answer.Body, out isTruncated) : null;
        var fault = isTruncated ? HttpFault.NoAnswer : answer.Fault;
        return new VaultReply(fault, fault is HttpFault.None ? answer.Status : 0, body ?? default, answer.RetryAfter);
    }

    /// <summary>Some seconds as Vault says them: null where it names no end, never less than one, and never longer than anybody lives.</summary>
    public static TimeSpan? Life(JsonElement element, string name) =>
        element.Number(name) is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, LongestLife)) : null;

    /// <summary>Whether a member is there and true.</summary>
    public static bool Is(JsonElement element, string name) => element.Member(name)?.ValueKind is JsonValueKind.True;
}
