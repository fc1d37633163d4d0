using System.Security.Cryptography;

namespace Rekey.Testing.Slack;

/// <summary>Makes tokens and cookies of Slack's forms, random each time. Every one goes through <paramref name="plant"/> before it is used.</summary>
internal sealed class SlackMint(Func<string, string> plant)
{
    private const string Alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public string SessionToken() => plant($"xoxc-{Digits(12)}-{Digits(13)}-{Digits(13)}-{RandomNumberGenerator.GetHexString(64, lowercase: true)}");

    public string BotToken(bool isRotated = false) => plant($"{(isRotated ? "xoxe.xoxb-1" : "xoxb")}-{Digits(12)}-{Digits(13)}-{Letters(24)}");

    public string UserToken(bool isRotated = false) => plant($"{(isRotated ? "xoxe.xoxp-1" : "xoxp")}-{Digits(12)}-{Digits(13)}-{Letters(32)}");

    public string RefreshToken() => plant($"xoxe-1-{Letters(120)}");

    public string ClientSecret() => plant(RandomNumberGenerator.GetHexString(32, lowercase: true));

    /// <summary>The raw value of a cookie <c>d</c>: never one that looks the same encoded.</summary>
    public string Cookie()
    {
        while (true)
        {
            var raw = $"xoxd-{Convert.ToBase64String(RandomNumberGenerator.GetBytes(124))}";
            if (!raw.Contains('+') || !raw.Contains('/'))
                continue;
            plant(Uri.EscapeDataString(raw));
            return plant(raw);
        }
    }

    public static string Digits(int count) => RandomNumberGenerator.GetString("123456789", count);

    private static string Letters(int count) => RandomNumberGenerator.GetString(Alphanumerics, count);
}
