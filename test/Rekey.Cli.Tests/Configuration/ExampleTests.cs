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
    private static readonly (string?, string?)[] Kinds = [("v1", "ConfigMap"), ("v1", "ServiceAccount"), ("apps/v1", "Deployment")];

    public static TheoryData<string> Files => [.. In("*.json").Concat(In("*.yaml").Where(static file => Repository.Read(file).Contains(Block, StringComparison.Ordinal)))];

    public static TheoryData<string> Cluster => [.. In("deployment.yaml")];

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
    [MemberData(nameof(Cluster))]
    public void Whatever_a_pod_names_is_in_its_file_or_made_by_a_command_at_its_top(string file)
    {
        var text = Repository.Read(file);
        var objects = YamlPlace.Read(text);
        Assert.All(objects, static one => Assert.Contains((one["apiVersion"].Text, one["kind"].Text), Kinds));
        bool Exists(string kind, string? name) => objects.Any(one => one["kind"].Text == kind && one["metadata"]["name"].Text == name)
            || Regex.IsMatch(text, $"(?mi)^#   kubectl create {kind} (generic )?{name} ");

        var deployment = Assert.Single(objects, static one => one["kind"].Text == "Deployment")["spec"];
        var pod = deployment["template"]["spec"];
        Assert.Equal(deployment["selector"]["matchLabels"].Node, deployment["template"]["metadata"]["labels"].Node);
        Assert.True(pod["serviceAccountName"].Text is not { } account || Exists("ServiceAccount", account));
        var volumes = pod["volumes"].Items.Select(static volume => volume["name"].Text).ToList();
        foreach (var container in pod["initContainers"].Items.Concat(pod["containers"].Items))
        {
            Assert.NotNull(container["image"].Text);
            Assert.Equal(volumes, container["volumeMounts"].Items.Select(static mount => mount["name"].Text));
        }
        foreach (var volume in pod["volumes"].Items)
        {
            Assert.True(
                Exists("ConfigMap", volume["configMap"]["name"].Text) || Exists("Secret", volume["secret"]["secretName"].Text) || volume["projected"]["sources"].Items.Any(),
                volume["name"].Text);
        }
    }

    [Fact]
    public void Whatever_a_service_of_compose_names_is_declared_and_its_files_are_there()
    {
        var compose = Assert.Single(YamlPlace.Read(Repository.Read($"{Folder}/compose/compose.yaml")));
        var text = Repository.Read($"{Folder}/compose/compose.yaml");

        Assert.Equal(["services", "secrets"], compose.Entries.Select(static one => one.Key));
        foreach (var (_, service) in compose["services"].Entries)
        {
            Assert.NotNull(service["image"].Text);
            Assert.All(service["secrets"].Items, secret => Assert.NotNull(compose["secrets"][secret.Text!]["file"].Text));
            Assert.All(service["depends_on"].Entries, other => Assert.NotNull(compose["services"][other.Key]["healthcheck"].Node));
            Assert.All(service["volumes"].Items, static volume => Assert.True(File.Exists(Path.Combine(Repository.Root, Folder, "compose", volume.Text!.Split(':')[0]))));
        }
        Assert.All(compose["secrets"].Entries, secret => Assert.Contains($" > {secret.Value["file"].Text!["./".Length..]}\n", text));
    }

    [Fact]
    public void Every_file_that_systemd_loads_is_made_by_a_command_at_the_top()
    {
        var unit = Repository.Read($"{Folder}/systemd/rekey@.service");
        var commands = string.Concat(unit.Split('\n').TakeWhile(static line => line.StartsWith('#')));
        var loaded = Regex.Matches(unit, "(?m)^LoadCredential(?:Encrypted)?=[^:]+:(.+)$").Select(static m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(loaded);
        Assert.All(loaded, path => Assert.Contains($" {path}#", commands + "#"));
    }

    // PrivateTmp= gives a unit its own; in an image everybody may write there.
    [Theory]
    [InlineData("Dockerfile", "USER 10001", "ENV")]
    [InlineData("systemd/rekey@.service", "PrivateTmp=yes", "Environment=")]
    public void Whoever_has_no_home_is_told_where_the_single_file_unpacks_itself(string file, string homeless, string sets)
    {
        var text = Repository.Read($"{Folder}/{file}");

        Assert.Contains($"\n{homeless}\n", text);
        Assert.Matches($@"(?m)^{sets} ?DOTNET_BUNDLE_EXTRACT_BASE_DIR=/tmp/\w+$", text);
    }

    [Theory]
    [InlineData("vault write auth/kubernetes/config kubernetes_host=")]
    [InlineData("vault write auth/kubernetes/role/rekey ")]
    [InlineData("vault write database/config/orders ")]
    [InlineData("vault write database/roles/readonly db_name=orders ")] // database/creds/readonly
    [InlineData("vault kv put -mount=secret github token=")]
    public void Whatever_is_asked_of_Vault_is_made_by_a_command_at_the_top(string command) =>
        Assert.Contains($" {command}", Repository.Read($"{Folder}/kubernetes-vault/deployment.yaml"));

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
        return Assert.Single(YamlPlace.Read(text).Select(static one => one["data"]["rekey.json"].Text).OfType<string>());
    }

    private static IEnumerable<string> In(string pattern) =>
        Directory.GetFiles(Path.Combine(Repository.Root, Folder), pattern, SearchOption.AllDirectories).Select(static file => Path.GetRelativePath(Repository.Root, file)).Order();

    [GeneratedRegex(@"(?m)^\| \[([a-z-]+)\]")]
    private static partial Regex Listed();
}
