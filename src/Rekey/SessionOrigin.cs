using System.Security.Cryptography;
using System.Text;

namespace Rekey;

/// <summary>
/// Remembers which configured values a record has begun with, without keeping them: a salted digest of each. Values that were seen once
/// are older than the record, whatever happens to the environment of one process or another.
/// </summary>
internal static class SessionOrigin
{
    private const int Most = 16;
    private const int SaltBytes = 16;

    public static bool IsAmong(SessionState begun, IReadOnlyList<string> origins) => origins.Any(origin => IsOf(begun, origin));

    /// <summary>The origins with this one as the newest; the oldest goes when there are many.</summary>
    public static IReadOnlyList<string> Add(IReadOnlyList<string> origins, SessionState begun) =>
        IsAmong(begun, origins) ? origins : [.. origins.TakeLast(Most - 1), Digest(begun, RandomNumberGenerator.GetBytes(SaltBytes))];

    private static bool IsOf(SessionState begun, string origin)
    {
        var salt = new byte[SaltBytes];
        return origin.Length > 2 * SaltBytes
            && Convert.FromHexString(origin.AsSpan(0, 2 * SaltBytes), salt, out _, out _) is System.Buffers.OperationStatus.Done
            && Digest(begun, salt) == origin;
    }

    private static string Digest(SessionState begun, byte[] salt)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, salt);
        foreach (var (name, value) in begun.Fields.OrderBy(static field => field.Key, StringComparer.Ordinal))
        {
            // The lengths part names from values: no two states read the same.
            var text = value.Reveal();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name.Length}:{name}{text.Length}:{text}"));
        }
        return Convert.ToHexStringLower(salt) + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
