using System.Text;
using System.Text.Json;

namespace Rekey.Aws.Sso;

/// <summary>A token file: the token of a session, and what it is refreshed with.</summary>
internal sealed record CachedToken
{
    public required string StartUrl { get; init; }

    public required string Region { get; init; }

    public required Secret AccessToken { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public string? ClientId { get; init; }

    public Secret? ClientSecret { get; init; }

    public DateTimeOffset? RegistrationExpiresAt { get; init; }

    public Secret? RefreshToken { get; init; }

    /// <summary>How long it lives still.</summary>
    public TimeSpan LeftAt(DateTimeOffset now) => ExpiresAt - now;

    /// <summary>Whether it can be refreshed without a human.</summary>
    public bool CanRefreshAt(DateTimeOffset now) => RefreshToken is not null && ClientId is not null && ClientSecret is not null && RegistrationExpiresAt > now;

    /// <summary>
    /// What the file holds; null when it is another tool's, without an access token. Throws <see cref="JsonException"/> when it
    /// is no JSON: its writer may not be done.
    /// </summary>
    public static CachedToken? Read(ReadOnlyMemory<byte> content)
    {
        if (content.Span.StartsWith(Encoding.UTF8.Preamble))
            content = content[3..];
        using var json = JsonDocument.Parse(content, JsonReading.Options);
        var file = json.RootElement;
        if (file.Secret("accessToken") is not { } token || AwsTime.Read(file.Text("expiresAt")) is not { } end)
            return null;
        return new CachedToken
        {
            StartUrl = file.Text("startUrl") ?? "",
            Region = file.Text("region") ?? "",
            AccessToken = token,
            ExpiresAt = end,
            ClientId = file.Text("clientId"),
            ClientSecret = file.Secret("clientSecret"),
            RegistrationExpiresAt = AwsTime.Read(file.Text("registrationExpiresAt")),
            RefreshToken = file.Secret("refreshToken"),
        };
    }

    /// <summary>The file as the AWS CLI writes it. What is not known is left out: a null would stop the CLI.</summary>
    public byte[] Write()
    {
        var members = new List<KeyValuePair<string, string>>();
        Add("startUrl", StartUrl);
        Add("region", Region);
        Add("accessToken", AccessToken.Reveal());
        Add("expiresAt", AwsTime.Write(ExpiresAt));
        Add("clientId", ClientId);
        Add("clientSecret", ClientSecret?.Reveal());
        Add("registrationExpiresAt", RegistrationExpiresAt is { } end ? AwsTime.Write(end) : null);
        Add("refreshToken", RefreshToken?.Reveal());
        return Encoding.UTF8.GetBytes(PythonJson.Object(members));

        void Add(string name, string? text)
        {
            if (text is not null)
                members.Add(new(name, PythonJson.Text(text)));
        }
    }
}
