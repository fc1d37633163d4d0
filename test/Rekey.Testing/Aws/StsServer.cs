using System.Globalization;
using System.Xml.Linq;
using Rekey.Testing.Http;

namespace Rekey.Testing.Aws;

/// <summary>The Security Token Service on the wire (query protocol, XML): it opens sessions of roles that the account then accepts.</summary>
public sealed class StsServer(AwsAccount account) : AwsServer(account, "sts")
{
    private const string NotAuthorizedForWebIdentity = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    private static readonly XNamespace Space = "https://sts.amazonaws.com/doc/2011-06-15/";

    protected override AwsCall Read(HttpCall call) => new(call.Form.GetValueOrDefault("Action", ""), SignatureHeader.AccessKeyIdOf(call))
    {
        Resource = call.Form.GetValueOrDefault("RoleArn"),
    };

    protected override HttpReply Answer(AwsCall asked, HttpCall call, Func<Principal> caller) => asked.Operation switch
    {
        "GetCallerIdentity" => Result(asked, Identity(caller())),
        "AssumeRole" => Result(asked, Session(Assumed(asked, caller()), call.Form)),
        "AssumeRoleWithWebIdentity" => Result(asked, Session(AssumedByToken(asked, call.Form), call.Form)),
        _ => throw new AwsException("InvalidAction", $"Could not find operation {asked.Operation} for version 2011-06-15"),
    };

    protected override HttpReply Render(AwsException failure)
    {
        var (code, status) = failure.Code switch
        {
            "UnrecognizedClientException" => ("InvalidClientTokenId", 403),
            "InvalidSignatureException" => ("SignatureDoesNotMatch", 403),
            "ExpiredTokenException" => ("ExpiredToken", 403),
            "AccessDeniedException" => ("AccessDenied", 403),
            "MissingAuthenticationTokenException" => ("MissingAuthenticationToken", 403),
            "IncompleteSignatureException" => ("IncompleteSignature", 400),
            "ThrottlingException" => ("Throttling", 400),
            var other => (other, failure.Status),
        };
        var error = new XElement("Error", new XElement("Type", "Sender"), new XElement("Code", code), new XElement("Message", failure.Message));
        return Reply(status, new XElement("ErrorResponse", error));
    }

    private static XElement[] Identity(Principal caller) =>
        [new("Arn", caller.Arn), new("UserId", caller.AccessKeyId), new("Account", AwsAccount.Id)];

    private AwsRole Assumed(AwsCall asked, Principal caller)
    {
        caller.Demand("sts:AssumeRole", asked.Resource ?? "");
        return Account.FindRole(asked.Resource ?? "") is { } role && role.Trusts(caller)
            ? role
            : throw AwsException.NotAuthorized(caller.Arn, "sts:AssumeRole", asked.Resource ?? "");
    }

    private AwsRole AssumedByToken(AwsCall asked, IReadOnlyDictionary<string, string> form) =>
        Account.FindRole(asked.Resource ?? "") is { WebIdentityToken: { } trusted } role && form.GetValueOrDefault("WebIdentityToken") == trusted.Reveal()
            ? role
            : throw new AwsException("AccessDenied", NotAuthorizedForWebIdentity, 403);

    private XElement[] Session(AwsRole role, IReadOnlyDictionary<string, string> form)
    {
        var isNumber = int.TryParse(form.GetValueOrDefault("DurationSeconds", "3600"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        if (!isNumber || seconds is < 900 or > 43200 || !form.TryGetValue("RoleSessionName", out var name))
            throw new AwsException("ValidationError", "1 validation error detected");
        var session = Account.Open(role, name, TimeSpan.FromSeconds(seconds));
        return
        [
            new("AssumedRoleUser", new XElement("AssumedRoleId", $"AROA{role.Name}:{name}"), new XElement("Arn", session.Arn)),
            new("Credentials",
                new XElement("AccessKeyId", session.AccessKeyId),
                new XElement("SecretAccessKey", session.SecretAccessKey.Reveal()),
                new XElement("SessionToken", session.SessionToken!.Value.Reveal()),
                new XElement("Expiration", session.Expires!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))),
        ];
    }

    private static HttpReply Result(AwsCall asked, XElement[] content) =>
        Reply(200, new XElement($"{asked.Operation}Response", new XElement($"{asked.Operation}Result", content)));

    private static HttpReply Reply(int status, XElement content)
    {
        content.Add(status == 200 ? new XElement("ResponseMetadata", RequestId) : RequestId);
        foreach (var element in content.DescendantsAndSelf())
            element.Name = Space + element.Name.LocalName;
        return new HttpReply(status, content.ToString(SaveOptions.DisableFormatting), "text/xml");
    }

    private static XElement RequestId => new("RequestId", "00000000-0000-4000-8000-000000000000");
}
