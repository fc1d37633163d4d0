using System.Text.RegularExpressions;
using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>What an <c>Authorization</c> header of Signature Version 4 says.</summary>
internal sealed partial record SignatureHeader(string AccessKeyId, string Day, string Region, string Service, IReadOnlyList<string> SignedHeaders, string Signature)
{
    public string Scope => $"{Day}/{Region}/{Service}/aws4_request";

    public static SignatureHeader Read(HttpCall call)
    {
        if (call.Header("Authorization") is not { } text)
            throw AwsException.MissingToken;
        var match = Form().Match(text);
        if (!match.Success)
            throw AwsException.IncompleteSignature("Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters.");
        string Part(string name) => match.Groups[name].Value;
        return new SignatureHeader(Part("key"), Part("day"), Part("region"), Part("service"), Part("headers").Split(';'), Part("signature"));
    }

    /// <summary>The access key of a call that may be signed or not.</summary>
    public static string? AccessKeyIdOf(HttpCall call) =>
        Form().Match(call.Header("Authorization") ?? "") is { Success: true } match ? match.Groups["key"].Value : null;

    [GeneratedRegex("^AWS4-HMAC-SHA256 +Credential=(?<key>\\w+)/(?<day>\\d{8})/(?<region>[\\w-]+)/(?<service>[\\w-]+)/aws4_request, *SignedHeaders=(?<headers>[^,\\s]+), *Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Form();
}
