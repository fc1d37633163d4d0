using System.Reflection;
using System.Text.RegularExpressions;
using Rekey.Aws;
using Rekey.Azure;
using Rekey.Testing;

namespace Rekey.Tests.Conventions;

/// <summary>The rules of the house that a compiler does not check.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Assembly[] Libraries = [typeof(Secret).Assembly, typeof(AwsAccess).Assembly, typeof(AzureAccess).Assembly];

    // What stands on what in the library for AWS; the services at the top do not know each other.
    private static readonly Dictionary<string, string[]> AwsFolders = new()
    {
        [""] = ["Profiles"],
        ["Profiles"] = [],
        ["Identity"] = ["Profiles"],
        ["Client"] = ["Identity", "Profiles"],
        ["SecretsManager"] = ["Client"],
        ["ParameterStore"] = ["Client"],
        ["Sso"] = ["Profiles"],
    };

    private static string Root => Repository.Root;

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories).Where(static f => !f.Contains("/obj/", StringComparison.Ordinal));

    [Fact]
    public void Public_types_are_sealed_or_abstract_or_static()
    {
        var open = Libraries.SelectMany(static l => l.GetExportedTypes()).Where(static t => t is { IsClass: true, IsSealed: false, IsAbstract: false });

        Assert.Empty(open);
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        foreach (var file in Sources("src"))
        {
            var declared = Namespace().Match(File.ReadAllText(file)).Groups[1].Value;
            // The one file that has none is where a program begins.
            Assert.True(declared == NamespaceOf(file) || (declared.Length == 0 && Path.GetFileName(file) == "Program.cs"), $"{file} declares {declared}");
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
    public void In_the_library_for_AWS_each_folder_knows_those_below_it_and_no_other()
    {
        var root = Path.Combine(Root, "src/Rekey.Aws");
        foreach (var file in Sources("src/Rekey.Aws"))
        {
            var home = Path.GetRelativePath(root, file).Split('/') is [var folder, _, ..] ? folder : "";
            var used = UsedAwsFolder().Matches(File.ReadAllText(file)).Select(static m => m.Groups[1].Value);
            Assert.Equal([], used.Except(AwsFolders[home]).Where(other => other != home).Select(other => $"{file} uses {other}"));
        }
    }

    [Fact]
    public void Nothing_public_takes_a_password_a_token_or_a_secret_as_plain_text()
    {
        var members = Libraries.SelectMany(static l => l.GetExportedTypes())
            .SelectMany(static t => t.GetMethods().Cast<MethodBase>().Concat(t.GetConstructors()))
            .SelectMany(static m => m.GetParameters())
            .Where(static p => p.ParameterType == typeof(string) && SensitiveName().IsMatch(p.Name!));

        Assert.Empty(members.Select(static p => $"{p.Member.DeclaringType}.{p.Member.Name}({p.Name})"));
    }

    [Fact]
    public void Drivers_are_named_in_one_folder_and_each_SDK_in_one_project()
    {
        foreach (var file in Sources("src"))
        {
            var text = File.ReadAllText(file);
            var path = Path.GetRelativePath(Root, file);
            if (!path.StartsWith("src/Rekey.Cli/Drivers/", StringComparison.Ordinal))
                Assert.False(Driver().IsMatch(text), $"{path} names a driver");
            if (!path.StartsWith("src/Rekey.Mcp/", StringComparison.Ordinal) && !path.StartsWith("src/Rekey.Cli/Demo/", StringComparison.Ordinal))
                Assert.False(text.Contains("using ModelContextProtocol", StringComparison.Ordinal), $"{path} names the protocol's SDK");
            if (!path.StartsWith("src/Rekey.Aws/", StringComparison.Ordinal))
                Assert.False(Amazon().IsMatch(text), $"{path} names Amazon's SDK");
            if (!path.StartsWith("src/Rekey.Azure/", StringComparison.Ordinal))
                Assert.False(AzureSdk().IsMatch(text), $"{path} names the SDK of Azure");
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

    // The name of the project and the folders below it.
    private static string NamespaceOf(string file)
    {
        var project = Path.GetDirectoryName(file)!;
        while (Directory.GetFiles(project, "*.csproj").Length == 0)
            project = Path.GetDirectoryName(project)!;
        return Path.GetRelativePath(Path.GetDirectoryName(project)!, Path.GetDirectoryName(file)!).Replace('/', '.');
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using Rekey\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedSlice();

    [GeneratedRegex(@"^using Rekey\.Aws\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedAwsFolder();

    [GeneratedRegex(@"\busing (static )?Amazon\b|\bAmazon\.Runtime\b")]
    private static partial Regex Amazon();

    [GeneratedRegex(@"\busing (static )?(Azure|Microsoft\.Identity)\b|\bAzure\.(Core|Identity|Security)\b")]
    private static partial Regex AzureSdk();

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
