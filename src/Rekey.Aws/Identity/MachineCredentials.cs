using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Rekey.Aws.Profiles;

namespace Rekey.Aws.Identity;

/// <summary>
/// The role of a machine, from the instance metadata service (version 2). Away from EC2 nothing answers at its address, or everything
/// sent there is swallowed: each question is short, and no answer means that there is no such role.
/// </summary>
internal sealed class MachineCredentials(AwsSettings settings, KeyRegistry registry, TimeProvider time) : MintedCredentials(time)
{
    private const string Roles = "latest/meta-data/iam/security-credentials/";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    // Never through a proxy: the address means this machine.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each question has its own limit
        MaxResponseContentBufferSize = 1 << 16,
    };

    private readonly TimeProvider _time = time;

    protected override async Task<MintedKeys> MintAsync(CancellationToken cancellationToken)
    {
        if ("true".Equals(settings.Variable("AWS_EC2_METADATA_DISABLED"), StringComparison.OrdinalIgnoreCase))
            throw new AwsSetupException(AwsErrors.NoIdentity);
        try
        {
            return await AskAsync(Address()).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException or UriFormatException)
        {
            throw new AwsSetupException(AwsErrors.NoIdentity);
        }
    }

    private Uri Address()
    {
        var address = settings.Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
            ?? ("IPv6".Equals(settings.Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"), StringComparison.OrdinalIgnoreCase) ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
        return new Uri(address.TrimEnd('/') + "/");
    }

    private async Task<MintedKeys> AskAsync(Uri address)
    {
        var token = await SendAsync(HttpMethod.Put, new Uri(address, "latest/api/token"), "X-aws-ec2-metadata-token-ttl-seconds", "21600").ConfigureAwait(false);
        registry.Learn("metadata_token", token);
        var roles = await GetAsync(address, Roles, token).ConfigureAwait(false);
        var role = roles.Split('\n', 2)[0].Trim();
        using var answer = JsonDocument.Parse(await GetAsync(address, Roles + Uri.EscapeDataString(role), token).ConfigureAwait(false));
        var keys = new ImmutableCredentials(Text(answer, "AccessKeyId"), Text(answer, "SecretAccessKey"), Text(answer, "Token"));
        registry.Learn(keys);
        return new MintedKeys(keys, DateTimeOffset.TryParse(
            Text(answer, "Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : DateTimeOffset.MinValue);
    }

    private Task<string> GetAsync(Uri address, string path, string token) =>
        SendAsync(HttpMethod.Get, new Uri(address, path), "X-aws-ec2-metadata-token", token);

    private async Task<string> SendAsync(HttpMethod method, Uri address, string header, string value)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var request = new HttpRequestMessage(method, address) { Headers = { { header, value } } };
        using var response = await Http.SendAsync(request, limit.Token).ConfigureAwait(false);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false);
    }

    private static string Text(JsonDocument answer, string name) =>
        answer.RootElement.ValueKind is JsonValueKind.Object && answer.RootElement.TryGetProperty(name, out var value)
            && value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new JsonException();
}
