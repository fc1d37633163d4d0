using System.Text.Json;

namespace Rekey.Slack;

/// <summary>An answer of the API.</summary>
/// <param name="Body">The JSON object; null when none came.</param>
/// <param name="Transport">Why no answer of Slack's own came.</param>
/// <param name="RetryAfter">How long Slack asks to wait.</param>
internal sealed record SlackReply(JsonElement? Body, CredentialError? Transport, TimeSpan? RetryAfter)
{
    public bool IsOk => Transport is null && Body is { } body && body.TryGetProperty("ok", out var ok) && ok.ValueKind is JsonValueKind.True;

    /// <summary>The code of Slack's own no; null for none.</summary>
    public string? Code => Transport is null && !IsOk ? Body?.Text("error") : null;
}

/// <summary>The two calls of the API that credentials need.</summary>
internal sealed class SlackApi(BoundedHttp http, SlackEndpoints endpoints, string reference)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>Asks whose the token is.</summary>
    public Task<SlackReply> TestAsync(SlackCredential credential, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoints.Method("auth.test")) { Content = new FormUrlEncodedContent([]) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential.Token.Reveal()}");
        if (credential.Cookie is { } cookie)
            SlackBrowser.Present(request, cookie);
        return SendAsync(request, cancellationToken);
    }

    /// <summary>Exchanges a refresh token. It is spent when Slack has it, whether or not the answer arrives.</summary>
    public Task<SlackReply> RotateAsync(string clientId, Secret clientSecret, Secret refreshToken, CancellationToken cancellationToken) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Post, endpoints.Method("oauth.v2.access"))
            {
                Content = new FormUrlEncodedContent(
                [
                    new("grant_type", "refresh_token"),
                    new("refresh_token", refreshToken.Reveal()),
                    new("client_id", clientId),
                    new("client_secret", clientSecret.Reveal()),
                ]),
            },
            cancellationToken);

    private async Task<SlackReply> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return new SlackReply(Parse(answer.Body), SlackErrors.OfTransport(reference, answer), answer.RetryAfter);
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, Options);
            return json.RootElement.ValueKind is JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
