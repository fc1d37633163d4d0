using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Rekey.Aws.Profiles;

namespace Rekey.Aws.Sso;

/// <summary>The names of cache files, as every AWS tool forms them.</summary>
internal static class CacheKey
{
    /// <summary>Of a session's token: its name, or the start URL exactly as it is configured.</summary>
    public static string OfToken(SsoSession session) => Hash(session.Name ?? session.StartUrl);

    /// <summary>
    /// Of a registered client. The slot of the AWS CLI is left alone: old versions would take a registration for one flow into the other.
    /// </summary>
    public static string OfRegistration(SsoSession session, string tool) => Hash(PythonJson.Object(
    [
        new("region", PythonJson.Text(session.Region)),
        new("scopes", PythonJson.Texts(session.Scopes)),
        new("session_name", session.Name is { } name ? PythonJson.Text(name) : "null"),
        new("startUrl", PythonJson.Text(session.StartUrl)),
        new("tool", PythonJson.Text(tool)),
    ]));

    /// <summary>Of the credentials of a role, which the AWS CLI keeps.</summary>
    public static string OfRole(SsoSession session, string account, string role) => Hash(PythonJson.Object(
        [
            new("accountId", PythonJson.Text(account)),
            new("roleName", PythonJson.Text(role)),
            session.Name is { } name ? new("sessionName", PythonJson.Text(name)) : new("startUrl", PythonJson.Text(session.StartUrl)),
        ],
        isCompact: true));

    [SuppressMessage("Security", "CA5350:Do not use weak cryptographic algorithms", Justification = "A file name that others chose, not a protection.")]
    private static string Hash(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
}
