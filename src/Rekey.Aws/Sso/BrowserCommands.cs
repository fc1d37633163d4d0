using Rekey.Aws.Profiles;
using Rekey.Environment;

namespace Rekey.Aws.Sso;

/// <summary>The commands that open a page on a system with a shell, best first.</summary>
internal static class BrowserCommands
{
    public static IEnumerable<IReadOnlyList<string>> For(Uri page, IEnvironment environment, bool isMac, bool isWsl)
    {
        var url = page.AbsoluteUri; // percent-encoded: no blanks, no quotes
        // As Python reads it, which the AWS CLI leaves it to: several commands, and %s for the address.
        foreach (var command in (environment.Get("BROWSER") ?? "").Split(Path.PathSeparator))
        {
            if (ShellWords.Of(command.TrimEnd().TrimEnd('&')) is not { Count: > 0 } words)
                continue;
            yield return words.Any(static w => w.Contains("%s", StringComparison.Ordinal))
                ? [.. words.Select(w => w.Replace("%s", url, StringComparison.Ordinal))]
                : [.. words, url];
        }
        if (isWsl)
        {
            yield return ["wslview", url];
            yield return ["cmd.exe", "/C", "start", url.Replace("&", "^&", StringComparison.Ordinal)];
        }
        yield return [isMac ? "open" : "xdg-open", url];
    }
}
