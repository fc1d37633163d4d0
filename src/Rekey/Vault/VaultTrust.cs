using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rekey.Vault;

/// <summary>The certificate authorities of one's own, as in <c>VAULT_CACERT</c>.</summary>
public static class VaultTrust
{
    /// <summary>Reads all certificates of a PEM file. <paramref name="problem"/> says why there are none.</summary>
    public static bool TryRead(
        string path, [NotNullWhen(true)] out X509Certificate2Collection? authorities, [NotNullWhen(false)] out string? problem)
    {
        var read = new X509Certificate2Collection();
        (authorities, problem) = (null, null);
        try
        {
            read.ImportFromPemFile(path);
            problem = read.Count == 0 ? "holds no certificate in PEM" : null;
        }
        catch (CryptographicException)
        {
            problem = "holds a certificate that cannot be read";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = "cannot be read";
        }
        if (problem is null)
            authorities = read;
        return problem is null;
    }
}
