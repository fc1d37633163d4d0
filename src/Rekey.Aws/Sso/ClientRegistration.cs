using System.Text;
using System.Text.Json;

namespace Rekey.Aws.Sso;

/// <summary>Rekey as a client of an Identity Center, good for about ninety days.</summary>
internal sealed record ClientRegistration(string ClientId, Secret ClientSecret, DateTimeOffset ExpiresAt)
{
    /// <summary>The client in a file; null when it holds none.</summary>
    public static ClientRegistration? Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var json = JsonDocument.Parse(content, JsonReading.Options);
            var file = json.RootElement;
            return file.Text("clientId") is { } id && file.Secret("clientSecret") is { } secret && AwsTime.Read(file.Text("expiresAt")) is { } end
                ? new ClientRegistration(id, secret, end)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The file, in the words of the AWS CLI.</summary>
    public byte[] Write() => Encoding.UTF8.GetBytes(PythonJson.Object(
    [
        new("clientId", PythonJson.Text(ClientId)),
        new("clientSecret", PythonJson.Text(ClientSecret.Reveal())),
        new("expiresAt", PythonJson.Text(AwsTime.Write(ExpiresAt))),
    ]));
}
