using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rekey.Aws.Sso;

/// <summary>
/// What the process that signs in shows its human, for the others that wait for it: their humans may be the ones who see it first. It
/// lies beside the marker, for its owner alone, and holds nothing that could be redeemed.
/// </summary>
internal sealed class SharedPrompt(string path, SsoSessionOptions options)
{
    /// <summary>Leaves the prompt for others; whoever cannot has no others to tell.</summary>
    public void Leave(SignInPrompt prompt)
    {
        var members = new List<KeyValuePair<string, string>> { new("url", PythonJson.Text(prompt.Url.AbsoluteUri)) };
        if (prompt.UserCode is { } code)
            members.Add(new("userCode", PythonJson.Text(code)));
        if (prompt.ExpiresAt is { } end)
            members.Add(new("expiresAt", PythonJson.Text(end.ToString("O", CultureInfo.InvariantCulture))));
        Try(() => options.Disk.Write(path, Encoding.UTF8.GetBytes(PythonJson.Object(members))));
    }

    /// <summary>The prompt that another process left, if it is still good and its page is one that a human may be sent to.</summary>
    public SignInPrompt? Find()
    {
        SignInPrompt? found = null;
        Try(() => found = options.Disk.Read(path) is { } content ? Read(content) : null);
        return found;
    }

    public void Remove() => Try(() => File.Delete(path));

    private SignInPrompt? Read(byte[] content)
    {
        using var json = JsonDocument.Parse(content, JsonReading.Options);
        var (url, code, end) = (json.RootElement.Text("url"), json.RootElement.Text("userCode"), AwsTime.Read(json.RootElement.Text("expiresAt")));
        return url is not null && end > options.Time.GetUtcNow() && SignInPage.Trusted(url, options.Session.Region, options.Endpoints) is { } page
            ? new SignInPrompt(page, code, end)
            : null;
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // A convenience: the sign-in itself does not need it.
        }
    }
}
