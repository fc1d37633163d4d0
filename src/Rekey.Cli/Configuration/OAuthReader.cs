using System.Text.Json;
using Rekey.OAuth;

namespace Rekey.Cli.Configuration;

/// <summary>Reads a credential that an OAuth 2.0 authorization server grants.</summary>
internal sealed class OAuthReader(ProblemList problems)
{
    private const int MostScopes = 100;

    private static readonly Dictionary<string, OAuthGrant> Grants = new(StringComparer.Ordinal)
    {
        ["refresh_token"] = OAuthGrant.RefreshToken,
        ["client_credentials"] = OAuthGrant.ClientCredentials,
        ["device_code"] = OAuthGrant.DeviceCode,
    };

    private static readonly Dictionary<string, OAuthClientAuthentication> Ways = new(StringComparer.Ordinal)
    {
        ["auto"] = OAuthClientAuthentication.Auto,
        ["basic"] = OAuthClientAuthentication.Basic,
        ["post"] = OAuthClientAuthentication.Post,
        ["none"] = OAuthClientAuthentication.None,
    };

    /// <summary>What its document may consist of.</summary>
    public static KeySet Fields { get; } = new(["refresh_token", "client_secret"], ["exec"]);

    public CredentialConfiguration Read(string name, StrictObject entry)
    {
        var before = problems.All.Count;
        var oauth = new OAuthConfiguration
        {
            Grant = Choice(entry, "grant", Grants),
            Issuer = AddressOf(entry, "issuer"),
            TokenEndpoint = AddressOf(entry, "tokenEndpoint"),
            DeviceEndpoint = AddressOf(entry, "deviceEndpoint"),
            ClientId = entry.Text("clientId"),
            Authentication = Choice(entry, "clientAuth", Ways),
            Scopes = ScopesOf(entry),
            Audience = entry.Text("audience"),
            Resource = entry.Text("resource"),
        };
        if (entry["clientId"] is null)
            problems.Add(entry.PathOf("clientId"), "It is missing: who the client is at the authorization server.");
        // What contradicts what is said once each part of it is right.
        if (problems.All.Count == before)
            AddContradictions(name, entry, oauth);
        var origins = new OriginReader(problems);
        return new CredentialConfiguration
        {
            Name = name,
            Kind = CredentialKind.OAuth,
            From = oauth.Grant is OAuthGrant.DeviceCode && entry["from"] is null ? [] : origins.Required(entry, Fields),
            OAuth = oauth,
            IsRequired = entry.Flag("required") ?? true,
        };
    }

    private void AddContradictions(string name, StrictObject entry, OAuthConfiguration oauth)
    {
        using var http = new HttpClient();
        foreach (var problem in oauth.Options(name, http).Problems())
        {
            var (key, what) = problem.Split(": ", 2) is [var first, var rest] ? (first, rest) : ("", problem);
            problems.Add(entry.PathOf(key), $"It cannot be used: {what}.");
        }
    }

    private T Choice<T>(StrictObject entry, string key, Dictionary<string, T> choices)
        where T : struct
    {
        if (entry.Text(key) is not { } written)
            return default;
        if (!choices.TryGetValue(written, out var chosen))
            problems.Add(entry.PathOf(key), $"It is unknown ({string.Join(", ", choices.Keys)}).{Names.DidYouMean(written, choices.Keys)}");
        return chosen;
    }

    private Uri? AddressOf(StrictObject entry, string key)
    {
        if (entry.Text(key) is not { } written)
            return null;
        if (Uri.TryCreate(written, UriKind.Absolute, out var address))
            return address;
        problems.Add(entry.PathOf(key), "An address is needed, for example https://login.example.com.");
        return null;
    }

    private IReadOnlyList<string> ScopesOf(StrictObject entry)
    {
        if (entry["scopes"] is not { } scopes)
            return [];
        if (scopes.ValueKind is JsonValueKind.Array && scopes.GetArrayLength() <= MostScopes && scopes.EnumerateArray().All(IsScope))
            return [.. scopes.EnumerateArray().Select(static s => s.GetString()!)];
        problems.Add(entry.PathOf("scopes"), $"An array of at most {MostScopes} texts without spaces is needed.");
        return [];
    }

    private static bool IsScope(JsonElement scope) =>
        scope.ValueKind is JsonValueKind.String && scope.GetString() is { Length: > 0 } text && text.All(static c => c is > ' ' and < (char)127 and not ('"' or '\\'));
}
