using System.Text.Json;

namespace Rekey.OAuth;

/// <summary>An offer to sign in on any device, and what the one who asked for it presents meanwhile.</summary>
internal sealed record DeviceOffer(Secret DeviceCode, string UserCode, Uri Page, TimeSpan Life, TimeSpan Interval)
{
    private const int LongestCode = 40;
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(5);

    /// <summary>Null with the problem when it is not what was agreed.</summary>
    public static DeviceOffer? Read(JsonElement body, Uri endpoint, OAuthSecrets secrets, out string? problem)
    {
        Secret? device = body.Text(TokenFields.DeviceCode) is { } code ? secrets.Learn(TokenFields.DeviceCode, new Secret(code)) : null;
        var user = body.Text("user_code");
        var page = EndpointRule.Admitted(Address(body), endpoint);
        problem =
            device is null ? "its offer of a sign-in has no device_code"
            : user is null || !IsReadable(user) ? "its offer of a sign-in has no user_code that a human could type"
            : page is null ? $"the sign-in page that it names is {EndpointRule.Problem}, and nobody is sent there"
            : null;
        return problem is null
            ? new DeviceOffer(device!.Value, user!, page!, Span(body, "expires_in", UsualLife, LongestLife), Span(body, "interval", UsualInterval, LongestInterval))
            : null;
    }

    // Google calls it by an older name.
    private static string? Address(JsonElement body) =>
        body.Text("verification_uri_complete") ?? body.Text("verification_uri") ?? body.Text("verification_url");

    // It is shown to humans and to agents: nothing but a code fits through.
    private static bool IsReadable(string code) =>
        code.Length <= LongestCode && code.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ' ');

    private static TimeSpan Span(JsonElement body, string name, TimeSpan usual, TimeSpan longest) =>
        body.Number(name) is >= 1 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, longest.TotalSeconds)) : usual;
}
