using System.Text.RegularExpressions;
using Rekey.Testing;

namespace Rekey.Tests.Conventions;

public sealed partial class FaultListTests
{
    [Fact]
    public void Every_test_that_the_list_of_faults_names_exists()
    {
        var root = Repository.Root;
        var tests = Directory.EnumerateFiles(Path.Combine(root, "test"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(static f => Method().Matches(File.ReadAllText(f)).Select(static m => m.Groups[1].Value))
            .ToHashSet();
        var named = Name().Matches(File.ReadAllText(Path.Combine(root, "docs/faults.md"))).Select(static m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.Equal([], named.Where(name => !tests.Contains(name)));
    }

    [GeneratedRegex(@"public (?:async )?(?:Task|ValueTask|void) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`")]
    private static partial Regex Name();
}
