using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rekey.Testing.Aws;

namespace Rekey.Tests.Testing.Aws;

/// <summary>A client of our own that signs what it sends, so that each part of a signature can be made wrong.</summary>
internal sealed class AwsClient(AwsServer server, Principal principal) : IDisposable
{
    private readonly HttpClient _http = new();

    public string Region { get; init; } = server.Account.Region;

    public string Service { get; init; } = server.Service;

    public TimeSpan Skew { get; init; }

    /// <summary>What happens to the request after it is signed.</summary>
    public Action<HttpRequestMessage>? Tamper { get; init; }

    public async Task<AwsAnswer> AskAsync(string target, JsonObject input) =>
        await SendAsync("application/x-amz-json-1.1", input.ToJsonString(), ("x-amz-target", target));

    public async Task<AwsAnswer> AskAsync(string form) =>
        await SendAsync("application/x-www-form-urlencoded; charset=utf-8", form);

    public void Dispose() => _http.Dispose();

    private async Task<AwsAnswer> SendAsync(string contentType, string body, params (string Name, string Value)[] more)
    {
        var date = (server.Account.Time.GetUtcNow() + Skew).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = contentType,
            ["host"] = server.Address.Authority,
            ["x-amz-date"] = date,
        };
        if (principal.SessionToken is { } token)
            headers["x-amz-security-token"] = token.Reveal();
        foreach (var (name, value) in more)
            headers[name] = value;
        var signedHeaders = string.Join(';', headers.Keys);
        var canonical = $"POST\n/\n\n{string.Concat(headers.Select(static h => $"{h.Key}:{h.Value}\n"))}\n{signedHeaders}\n{Hash(body)}";
        var scope = $"{date[..8]}/{Region}/{Service}/aws4_request";
        var signature = Sign($"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(canonical)}", scope);

        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address) { Content = new StringContent(body) };
        request.Content.Headers.Remove("Content-Type");
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value));
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={principal.AccessKeyId}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}");
        Tamper?.Invoke(request);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new AwsAnswer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.TryGetValues("x-amzn-ErrorType", out var type) ? type.Single() : null);
    }

    private string Sign(string text, string scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + principal.SecretAccessKey.Reveal());
        foreach (var part in scope.Split('/').Append(text))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Convert.ToHexStringLower(key);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>What came back.</summary>
internal sealed record AwsAnswer(int Status, string Body, string? ErrorType)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The code and the text of a failure.</summary>
    public (string? Code, string? Message) Failure => (Json["__type"]?.GetValue<string>(), (Json["Message"] ?? Json["message"])?.GetValue<string>());
}
