using System.Text;
using System.Text.RegularExpressions;
using Rekey.Cli.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Configuration;

/// <summary>docs/examples can be used as they are: their configurations are good, and every file that these name is there.</summary>
public sealed partial class ExampleTests
{
    private const string Folder = "docs/examples";
    private const string Block = "  rekey.json: |\n";

    public static TheoryData<string> Files => [.. In("*.json").Concat(In("*.yaml").Where(static file => Repository.Read(file).Contains(Block, StringComparison.Ordinal)))];

    public static TheoryData<string> Yaml => [.. In("*.yaml")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Its_configuration_is_good_and_every_file_in_it_is_mounted(string file)
    {
        var configuration = ConfigurationReader.Parse(Encoding.UTF8.GetBytes(JsonOf(file)), "/etc/rekey/rekey.json");
        var beside = string.Concat(Directory.GetFiles(Path.GetDirectoryName(Path.Combine(Repository.Root, file))!).Where(static f => Path.GetExtension(f) != ".json").Select(File.ReadAllText));
        var files = configuration.Credentials.SelectMany(static c => c.References).Where(static r => r.Scheme == "file").Select(static r => r.Path)
            .Concat(new[] { configuration.Vault.CaCert, configuration.Vault.Path }.OfType<string>());

        Assert.NotEmpty(configuration.Credentials);
        foreach (var path in files)
            Assert.True(IsMounted(path, beside), path);
    }

    [Theory]
    [MemberData(nameof(Yaml))]
    public void It_is_indented_as_YAML_must_be(string file)
    {
        foreach (var line in Repository.Read(file).Split('\n'))
        {
            Assert.DoesNotContain('\t', line);
            Assert.Equal(line.TrimEnd(), line);
            Assert.Equal(0, line.TakeWhile(static c => c == ' ').Count() % 2);
        }
    }

    [Fact]
    public void Every_folder_is_listed_and_has_a_configuration()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, Folder)).Select(static folder => Path.GetFileName(folder)!).Order().ToList();

        Assert.Equal(folders, Listed().Matches(Repository.Read($"{Folder}/README.md")).Select(static m => m.Groups[1].Value).Order());
        Assert.Equal(folders, Files.Select(static row => Path.GetFileName(Path.GetDirectoryName(row.Data)!)).Order());
    }

    // A folder of a pod, a secret of compose, a credential of systemd.
    private static bool IsMounted(string path, string beside) =>
        Path.GetDirectoryName(path) is { } folder
        && (beside.Contains($"mountPath: {path},", StringComparison.Ordinal)
            || beside.Contains($"mountPath: {folder},", StringComparison.Ordinal)
            || (folder == "/run/secrets" && beside.Contains($"      - {Path.GetFileName(path)}\n", StringComparison.Ordinal))
            || (folder == "$CREDENTIALS_DIRECTORY" && Regex.IsMatch(beside, $"(?m)^LoadCredential(Encrypted)?={Regex.Escape(Path.GetFileName(path))}:/")));

    private static string JsonOf(string file)
    {
        var text = Repository.Read(file);
        if (file.EndsWith(".json", StringComparison.Ordinal))
            return text;
        var lines = text[(text.IndexOf(Block, StringComparison.Ordinal) + Block.Length)..].Split('\n');
        return string.Join('\n', lines.TakeWhile(static line => line.StartsWith("    ", StringComparison.Ordinal)).Select(static line => line[4..]));
    }

    private static IEnumerable<string> In(string pattern) =>
        Directory.GetFiles(Path.Combine(Repository.Root, Folder), pattern, SearchOption.AllDirectories).Select(static file => Path.GetRelativePath(Repository.Root, file)).Order();

    [GeneratedRegex(@"(?m)^\| \[([a-z-]+)\]")]
    private static partial Regex Listed();
}
