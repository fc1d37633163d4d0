using System.Text.RegularExpressions;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Configuration;

/// <summary>The pages of docs/ have one form, and what they point at is there.</summary>
public sealed partial class PagesTests
{
    private static readonly string[] Headings =
        ["What it reads", "Reference", "Configuration example", "What changes are noticed, how fast", "Failures and what to do", "Limits"];

    public static TheoryData<string> Sources => [.. Pages("docs/sources")];

    public static TheoryData<string> All => [.. Pages("docs"), "README.md", "CHANGELOG.md", "SECURITY.md"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_source_is_described_under_the_same_headings(string page)
    {
        var found = Heading().Matches(Repository.Read(page)).Where(static m => m.Groups[1].Length == 2).Select(static m => m.Groups[2].Value);

        Assert.Equal(Headings, found.Where(Headings.Contains));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_source_stands_among_the_patterns(string page) =>
        Assert.Contains($"({page["docs/".Length..]}", Repository.Read("docs/patterns.md"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(All))]
    public void Every_link_leads_to_a_page_and_a_heading_that_exist(string page)
    {
        foreach (var target in Link().Matches(Prose(page)).Select(static m => m.Groups[1].Value).Where(static t => !t.Contains("://", StringComparison.Ordinal)))
        {
            var parts = target.Split('#');
            var path = parts[0].Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, parts[0]));
            Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"{page}: {target}");
            if (parts.Length == 2)
                Assert.True(Anchors(path).Contains(parts[1]), $"{page}: {target}");
        }
    }

    // As GitHub makes them: lower case, spaces become hyphens, punctuation goes.
    private static IEnumerable<string> Anchors(string page) => Heading().Matches(Prose(page))
        .Select(static m => Dropped().Replace(m.Groups[2].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static string Prose(string page) => Fence().Replace(Repository.Read(page), "");

    private static IEnumerable<string> Pages(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal);

    [GeneratedRegex("(?m)^(#+) (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("(?ms)^ *```.*?^ *```")]
    private static partial Regex Fence();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Dropped();
}
