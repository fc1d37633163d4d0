using System.Text.Json;
using Rekey.Http;

namespace Rekey.Cli.Configuration;

/// <summary>Reads how a value is proved.</summary>
internal sealed class VerifyReader(ProblemList problems)
{
    private const string Authorization = "Authorization";
    private const int RedisPort = 6379;

    private static readonly KeySet All = new(
        [.. KeySet.HttpVerify.Known.Union(KeySet.RedisVerify.Known).Union(KeySet.DatabaseVerify.Known)], []);

    public VerifyConfiguration? Read(JsonElement element, string path)
    {
        var with = element.ValueKind is JsonValueKind.Object && element.TryGetProperty("with", out var written) && written.ValueKind is JsonValueKind.String
            ? written.GetString()
            : null;
        if (StrictObject.Read(element, path, KeysOf(with), problems) is not { } verify)
            return null;
        switch (with)
        {
            case Words.HttpVerifier:
                return Http(verify);
            case Words.RedisVerifier:
                return Redis(verify);
            case Words.PostgresVerifier or Words.SqlServerVerifier:
                return Database(verify, with);
            case Words.NoVerifier:
                return new VerifyConfiguration.Nothing();
            default:
                TellOf(verify);
                return null;
        }
    }

    private static KeySet KeysOf(string? with) => with switch
    {
        Words.HttpVerifier => KeySet.HttpVerify,
        Words.RedisVerifier => KeySet.RedisVerify,
        Words.PostgresVerifier or Words.SqlServerVerifier => KeySet.DatabaseVerify,
        Words.NoVerifier => KeySet.NoVerify,
        _ => All, // what is wrong is the word, and not the keys beside it
    };

    private void TellOf(StrictObject verify)
    {
        var words = string.Join(", ", Words.Verifiers);
        if (verify["with"] is null)
            problems.Add(verify.PathOf("with"), $"It is missing: what proves the value ({words}).");
        else if (verify.Text("with") is { } unknown)
            problems.Add(verify.PathOf("with"), $"It is unknown ({words}).{Names.DidYouMean(unknown, Words.Verifiers)}");
    }

    private VerifyConfiguration.Http? Http(StrictObject verify)
    {
        var address = AddressOf(verify);
        var header = verify.Text("header") ?? Authorization;
        if (!HttpVerifier.CanCarry(header))
            problems.Add(verify.PathOf("header"), "It is no name of a header that can carry a value.");
        var prefix = verify.TextOrNothing("prefix");
        if (prefix is not null && !HttpVerifier.CanPrecede(prefix))
            problems.Add(verify.PathOf("prefix"), "It cannot stand in a header: it begins with a space, or has characters in it that no header may have.");
        var isAuthorization = header.Equals(Authorization, StringComparison.OrdinalIgnoreCase);
        return address is null ? null : new VerifyConfiguration.Http(address, header, prefix ?? (isAuthorization ? "Bearer " : ""));
    }

    private Uri? AddressOf(StrictObject verify)
    {
        if (!IsThere(verify, "url", "an address that answers with 2xx to a good value and with 401 or 403 to a bad one") || verify.Text("url") is not { } written)
            return null;
        if (Uri.TryCreate(written, UriKind.Absolute, out var address) && HttpVerifier.Admits(address))
            return address;
        problems.Add(verify.PathOf("url"), "An https address is needed, or http on this machine, without a user and a fragment.");
        return null;
    }

    private VerifyConfiguration.Redis? Redis(StrictObject verify)
    {
        var host = IsThere(verify, "host", "the Redis that the value is for") ? verify.Text("host") : null;
        if (host is not null && Uri.CheckHostName(host) is UriHostNameType.Unknown)
            problems.Add(verify.PathOf("host"), "It is no host: a name or an address is needed, and nothing beside it.");
        var port = verify.Number("port", 1, 65535) ?? RedisPort;
        var user = verify.Text("username");
        var tls = verify.Flag("tls") ?? true;
        return host is null ? null : new VerifyConfiguration.Redis(host.Trim('[', ']'), port, user, tls);
    }

    private VerifyConfiguration.Database Database(StrictObject verify, string engine)
    {
        var parts = DatabasePartsReader.Of(verify) with { Engine = engine };
        if (verify["host"] is not null)
        {
            IsThere(verify, "database", "with a host the value is the password alone");
            IsThere(verify, "username", "with a host the value is the password alone");
        }
        return new VerifyConfiguration.Database(parts);
    }

    private bool IsThere(StrictObject verify, string key, string why)
    {
        if (verify[key] is not null)
            return true;
        problems.Add(verify.PathOf(key), $"It is missing: {why}.");
        return false;
    }
}
