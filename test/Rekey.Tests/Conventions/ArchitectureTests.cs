using System.Reflection;
using System.Text.RegularExpressions;
using Rekey.Testing;

namespace Rekey.Tests.Conventions;

/// <summary>The rules of the house that a compiler does not check.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Assembly Core = typeof(Secret).Assembly;

    private static string Root => Repository.Root;

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories).Where(static f => !f.Contains("/obj/", StringComparison.Ordinal));

    [Fact]
    public void Public_types_are_sealed_or_abstract_or_static()
    {
        var open = Core.GetExportedTypes().Where(static t => t is { IsClass: true, IsSealed: false, IsAbstract: false });

        Assert.Empty(open);
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        foreach (var file in Sources("src/Rekey"))
        {
            var folder = Path.GetRelativePath(Path.Combine(Root, "src"), Path.GetDirectoryName(file)!).Replace('/', '.');
            var declared = Namespace().Match(File.ReadAllText(file)).Groups[1].Value;
            Assert.True(declared == folder, $"{file} declares {declared}");
        }
    }

    [Fact]
    public void A_slice_knows_the_root_and_no_other_slice()
    {
        var root = Path.Combine(Root, "src/Rekey");
        var slices = Directory.GetDirectories(root).Select(static d => Path.GetFileName(d)!).ToHashSet();
        foreach (var file in Sources("src/Rekey"))
        {
            var home = Path.GetRelativePath(root, file).Split('/') is [var slice, _, ..] ? slice : null;
            foreach (Match use in UsedSlice().Matches(File.ReadAllText(file)))
            {
                var used = use.Groups[1].Value;
                Assert.False(slices.Contains(used) && used != home, $"{Path.GetRelativePath(Root, file)} uses the slice {used}");
            }
        }
    }

    [Fact]
    public void Nothing_public_takes_a_password_a_token_or_a_secret_as_plain_text()
    {
        var members = Core.GetExportedTypes()
            .SelectMany(static t => t.GetMethods().Cast<MethodBase>().Concat(t.GetConstructors()))
            .SelectMany(static m => m.GetParameters())
            .Where(static p => p.ParameterType == typeof(string) && SensitiveName().IsMatch(p.Name!));

        Assert.Empty(members.Select(static p => $"{p.Member.DeclaringType}.{p.Member.Name}({p.Name})"));
    }

    [Fact]
    public void Drivers_are_named_in_one_folder_and_the_protocol_in_one_project()
    {
        foreach (var file in Sources("src"))
        {
            var text = File.ReadAllText(file);
            var path = Path.GetRelativePath(Root, file);
            if (!path.StartsWith("src/Rekey.Cli/Drivers/", StringComparison.Ordinal))
                Assert.False(Driver().IsMatch(text), $"{path} names a driver");
            if (!path.StartsWith("src/Rekey.Mcp/", StringComparison.Ordinal) && !path.StartsWith("src/Rekey.Cli/Demo/", StringComparison.Ordinal))
                Assert.False(text.Contains("using ModelContextProtocol", StringComparison.Ordinal), $"{path} names the protocol's SDK");
        }
    }

    [Fact]
    public void There_is_no_drawer_for_odds_and_ends()
    {
        Assert.DoesNotContain(Sources("src"), static f => Drawer().IsMatch(Path.GetFileName(f)));
    }

    [Fact]
    public void Every_failure_of_the_core_stands_in_the_list_of_errors_and_nothing_else_does()
    {
        var documented = ErrorHeading().Matches(File.ReadAllText(Path.Combine(Root, "docs/errors.md"))).Select(static m => m.Groups[1].Value).ToHashSet();
        var coded = Sources("src").SelectMany(static f => Code().Matches(File.ReadAllText(f)).Select(static m => m.Groups["code"].Value)).ToHashSet();

        Assert.Equal(coded.Except(documented), []);
        Assert.Equal(documented.Except(coded), []);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using Rekey\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedSlice();

    [GeneratedRegex("password|token|secret", RegexOptions.IgnoreCase)]
    private static partial Regex SensitiveName();

    [GeneratedRegex(@"using (Npgsql|Microsoft\.Data\.|SQLitePCL)")]
    private static partial Regex Driver();

    [GeneratedRegex("Util|Helper|Manager\\.|Common", RegexOptions.IgnoreCase)]
    private static partial Regex Drawer();

    [GeneratedRegex(@"^\| `([A-Z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex ErrorHeading();

    // A code is the first argument of a factory's error, or a constant named …Code.
    [GeneratedRegex("""(?:\w+Code = |=> new\(\s*)"(?<code>[A-Z]+(?:_[A-Z]+)*)",?""")]
    private static partial Regex Code();
}
