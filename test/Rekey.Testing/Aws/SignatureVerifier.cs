using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>Proves who signed a call, with the checks and the refusals of AWS.</summary>
public sealed class SignatureVerifier(AwsAccount account, string service)
{
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);

    /// <summary>Who signed the call.</summary>
    /// <exception cref="AwsException">The signature is not right.</exception>
    public Principal Verify(HttpCall call)
    {
        var header = SignatureHeader.Read(call);
        var principal = account.Find(header.AccessKeyId) ?? throw AwsException.UnrecognizedClient;
        VerifyToken(call, principal);
        var date = VerifyDate(call, header);
        VerifyScope(header);
        VerifyCoverage(call, header);
        if (call.Header("x-amz-content-sha256") is { } hash && hash != CanonicalRequest.Hash(call.Body))
            throw AwsException.WrongSignature;
        var text = $"AWS4-HMAC-SHA256\n{date}\n{header.Scope}\n{CanonicalRequest.Hash(Encoding.UTF8.GetBytes(CanonicalRequest.Of(call, header.SignedHeaders)))}";
        if (Signature(principal.SecretAccessKey, header, text) != header.Signature)
            throw AwsException.WrongSignature;
        return principal;
    }

    private void VerifyToken(HttpCall call, Principal principal)
    {
        if (call.Header("x-amz-security-token") != principal.SessionToken?.Reveal())
            throw AwsException.UnrecognizedClient;
        if (principal.Expires <= account.Time.GetUtcNow())
            throw AwsException.ExpiredToken;
    }

    private string VerifyDate(HttpCall call, SignatureHeader header)
    {
        var text = call.Header("x-amz-date") ?? "";
        if (!DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            throw AwsException.IncompleteSignature("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
        var now = account.Time.GetUtcNow();
        if ((date - now).Duration() > MaxSkew)
            throw AwsException.ClockSkew(date, now, MaxSkew);
        if (!text.StartsWith(header.Day, StringComparison.Ordinal))
            throw AwsException.InvalidSignature("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.");
        return text;
    }

    private void VerifyScope(SignatureHeader header)
    {
        if (header.Region != account.Region)
            throw AwsException.InvalidSignature("Credential should be scoped to a valid region. ");
        if (header.Service != service)
            throw AwsException.InvalidSignature($"Credential should be scoped to correct service: '{service}'. ");
    }

    // What decides about the call must be under the signature.
    private static void VerifyCoverage(HttpCall call, SignatureHeader header)
    {
        var needed = call.Headers.Keys.Select(static n => n.ToLowerInvariant()).Where(static n => n.StartsWith("x-amz-", StringComparison.Ordinal)).Append("host");
        foreach (var name in needed.Except(header.SignedHeaders))
            throw AwsException.InvalidSignature($"'{name}' must be a 'SignedHeader' in the AWS Authorization.");
        if (header.SignedHeaders.Any(n => call.Header(n) is null) || !header.SignedHeaders.Order(StringComparer.Ordinal).SequenceEqual(header.SignedHeaders))
            throw AwsException.WrongSignature;
    }

    private static string Signature(Secret secret, SignatureHeader header, string text)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secret.Reveal());
        foreach (var part in header.Scope.Split('/'))
            key = Mac(key, part);
        return Convert.ToHexStringLower(Mac(key, text));
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
