using System.Text;
using Rekey.Testing.Http;

namespace Rekey.Testing.OAuth;

/// <summary>A client that the server knows, and the one way in which it may prove itself.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Secret">Its secret; null for a public client.</param>
/// <param name="Way"><c>client_secret_basic</c>, <c>client_secret_post</c> or <c>none</c>.</param>
public sealed record OAuthClientEntry(string Id, string? Secret, string Way)
{
    /// <summary>Whether the call comes from this client, as RFC 6749, 2.3 has it.</summary>
    public bool Sent(HttpCall call)
    {
        var secret = call.Form.GetValueOrDefault("client_secret");
        var basic = Basic(call);
        return Way switch
        {
            "client_secret_basic" => basic == (Id, Secret) && secret is null,
            "client_secret_post" => basic is null && call.Form.GetValueOrDefault("client_id") == Id && secret == Secret,
            _ => basic is null && call.Form.GetValueOrDefault("client_id") == Id && secret is null,
        };
    }

    /// <summary>Who the call says it comes from.</summary>
    public static string? Named(HttpCall call) => Basic(call)?.Id ?? call.Form.GetValueOrDefault("client_id");

    private static (string Id, string? Secret)? Basic(HttpCall call)
    {
        if (call.Header("Authorization")?.Split(' ', 2) is not ["Basic", var encoded])
            return null;
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':') is [var id, var secret]
            ? (Decoded(id), Decoded(secret))
            : null;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
