using Rekey.Cli.Configuration;

namespace Rekey.Cli.Stores;

/// <summary>
/// What the files of a credential are called. Two names never share a file, on no system: where small and capital letters are one, a
/// capital is written as '+' and its small letter (<c>Slack</c> is <c>+slack</c>), and a name that Windows keeps for a device gets a '_'
/// before it (<c>con</c> is <c>_con</c>). No credential's name has a '+' in it or begins with a '_', so what is made stands for one name alone.
/// </summary>
internal static class StoreNames
{
    private static readonly HashSet<string> Devices = ["con", "prn", "aux", "nul", .. Numbered("com"), .. Numbered("lpt")];

    public static string Of(string credential)
    {
        if (!Names.IsGood(credential))
            throw new ArgumentException("It is no name that a credential can have.", nameof(credential));
        var isDevice = Devices.Contains(credential.Split('.')[0]); // the extension makes no difference to Windows
        return (isDevice ? "_" : "") + string.Concat(credential.Select(static c => char.IsAsciiLetterUpper(c) ? $"+{char.ToLowerInvariant(c)}" : $"{c}"));
    }

    private static IEnumerable<string> Numbered(string device) => Enumerable.Range(0, 10).Select(number => $"{device}{number}");
}
