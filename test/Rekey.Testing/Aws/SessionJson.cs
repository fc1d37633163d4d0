using System.Globalization;
using System.Text.Json.Nodes;

namespace Rekey.Testing.Aws;

/// <summary>A session as the credential endpoints of containers and machines write it.</summary>
internal static class SessionJson
{
    public static JsonObject Of(Principal session) => new()
    {
        ["AccessKeyId"] = session.AccessKeyId,
        ["SecretAccessKey"] = session.SecretAccessKey.Reveal(),
        ["Token"] = session.SessionToken!.Value.Reveal(),
        ["Expiration"] = session.Expires!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };
}
