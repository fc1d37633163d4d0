using Rekey.References;
using Rekey.Vault;

namespace Rekey.Cli.Configuration;

/// <summary>Which Vault the references of a configuration mean, and how a token for it is obtained. What is not said comes from Vault's own variables.</summary>
internal sealed record VaultConfiguration
{
    public string? Address { get; init; }

    public string? Namespace { get; init; }

    /// <summary>The file of the authorities that are trusted, as it was written.</summary>
    public string? CaCert { get; init; }

    public bool AllowHttp { get; init; }

    /// <summary>The method; null for the token of the environment.</summary>
    public string? Method { get; init; }

    public SecretReference? Token { get; init; }

    public string? Path { get; init; }

    public string? RoleId { get; init; }

    public SecretReference? SecretId { get; init; }

    public bool IsWrapped { get; init; }

    public string? Role { get; init; }

    public SecretReference? Jwt { get; init; }

    public string? Mount { get; init; }
}

/// <summary>Reads <c>authorities.vault</c>.</summary>
internal sealed class VaultReader(ProblemList problems)
{
    private const string Section = "authorities.vault";

    // What each method needs, and what it may have besides.
    private static readonly Dictionary<string, (string? Needs, string[] May)> Methods = new(StringComparer.Ordinal)
    {
        ["token"] = ("token", []),
        ["token-file"] = (null, ["path"]),
        ["approle"] = ("roleId", ["secretId", "wrapped", "mount"]),
        ["kubernetes"] = ("role", ["path", "mount"]),
        ["jwt"] = ("jwt", ["role", "mount"]),
    };

    public VaultConfiguration Read(System.Text.Json.JsonElement element)
    {
        if (StrictObject.Read(element, Section, KeySet.Vault, problems) is not { } vault)
            return new VaultConfiguration();
        var configuration = new VaultConfiguration
        {
            Address = AddressOf(vault),
            Namespace = vault.Text("namespace"),
            CaCert = vault.Text("caCert"),
            AllowHttp = vault.Flag("allowHttp") ?? false,
        };
        CheckOptions(configuration);
        return vault["auth"] is { } auth ? WithAuth(configuration, auth) : configuration;
    }

    private string? AddressOf(StrictObject vault)
    {
        if (vault.Text("address") is not { } written || Uri.TryCreate(written, UriKind.Absolute, out _))
            return vault["address"]?.ValueKind is System.Text.Json.JsonValueKind.String ? vault["address"]!.Value.GetString() : null;
        problems.Add(vault.PathOf("address"), "An address is needed, for example https://vault.internal:8200.");
        return null;
    }

    private void CheckOptions(VaultConfiguration configuration)
    {
        if (configuration.Address is not { } written || !Uri.TryCreate(written, UriKind.Absolute, out var address))
            return;
        using var http = new HttpClient();
        var options = new VaultOptions { Address = address, Namespace = configuration.Namespace, AllowHttp = configuration.AllowHttp, Http = http };
        foreach (var problem in options.Problems())
        {
            var (key, what) = problem.Split(": ", 2) is [var first, var rest] ? (first, rest) : ("address", problem);
            problems.Add($"{Section}.{key}", $"It cannot be used: {what}.");
        }
    }

    private VaultConfiguration WithAuth(VaultConfiguration configuration, System.Text.Json.JsonElement element)
    {
        if (StrictObject.Read(element, $"{Section}.auth", KeySet.VaultAuth, problems) is not { } auth)
            return configuration;
        if (auth.Text("method") is not { } method)
        {
            if (auth["method"] is null)
                problems.Add(auth.PathOf("method"), $"It is missing: {string.Join(", ", Methods.Keys)}.");
            return configuration;
        }
        if (!Methods.TryGetValue(method, out var keys))
        {
            problems.Add(auth.PathOf("method"), $"The method is unknown ({string.Join(", ", Methods.Keys)}).{Names.DidYouMean(method, Methods.Keys)}");
            return configuration;
        }
        if (keys.Needs is { } needed && auth[needed] is null)
            problems.Add(auth.PathOf(needed), $"The method '{method}' needs it.");
        foreach (var key in KeySet.VaultAuth.Known.Where(key => key != "method" && key != keys.Needs && !keys.May.Contains(key) && auth[key] is not null))
            problems.Add(auth.PathOf(key), $"The method '{method}' has no use for it.");
        return configuration with
        {
            Method = method,
            Token = ReferenceOf(auth, "token"),
            Path = auth.Text("path"),
            RoleId = auth.Text("roleId"),
            SecretId = ReferenceOf(auth, "secretId"),
            IsWrapped = auth.Flag("wrapped") ?? false,
            Role = auth.Text("role"),
            Jwt = ReferenceOf(auth, "jwt"),
            Mount = auth.Text("mount"),
        };
    }

    private SecretReference? ReferenceOf(StrictObject auth, string key)
    {
        if (auth[key] is not { } element || new OriginReader(problems).ReferenceOf(element, auth.PathOf(key)) is not { } reference)
            return null;
        if (reference.Scheme is not ("vault" or "credential"))
            return reference;
        problems.Add(auth.PathOf(key), "The login at Vault cannot stand on what is read from it: name a file, a variable or another manager.");
        return null;
    }
}
