using System.Net.Http.Headers;
using System.Text.Json;

namespace Rekey.Vault;

/// <summary>One call to Vault, which may have to be sent again.</summary>
internal sealed record VaultCall(HttpMethod Method, string Path)
{
    /// <summary>As whom; null for a login.</summary>
    public Secret? Token { get; init; }

    public string? Namespace { get; init; }

    public byte[]? Body { get; init; }

    public static VaultCall Get(string path, VaultToken token) => new(HttpMethod.Get, path) { Token = token.Value };

    /// <summary>Vault takes PUT and POST for the same.</summary>
    public static VaultCall Put(string path, Secret? token, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return new VaultCall(HttpMethod.Put, path) { Token = token, Body = body.ToArray() };
    }

    public string Escaped => string.Join('/', Path.Split('/').Select(Uri.EscapeDataString));

    public HttpRequestMessage To(Uri address)
    {
        var request = new HttpRequestMessage(Method, address);
        request.Headers.Add("X-Vault-Request", "true"); // without it an agent in between may refuse
        request.Headers.UserAgent.ParseAdd("rekey");
        if (Token is { } token)
            request.Headers.Add("X-Vault-Token", token.Reveal());
        if (Namespace?.Trim('/') is { Length: > 0 } name)
            request.Headers.Add("X-Vault-Namespace", name);
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        return request;
    }
}
