using Rekey.Cli.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Configuration;

public sealed class LocationTests : IDisposable
{
    private const string OneValue = """{ "credentials": { "NAME": { "kind": "value", "from": "env://A" } } }""";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeEnvironment _environment = new();

    [Fact]
    public void The_option_wins_over_the_variable_and_the_variable_over_the_users_folder()
    {
        var option = Write("option.json", "option");
        _environment["REKEY_CONFIG"] = Write("variable.json", "variable");
        _environment["XDG_CONFIG_HOME"] = _folder.Path;
        Write("rekey/rekey.json", "users");

        Assert.Equal("option", Read(option).Credentials[0].Name);
        Assert.Equal("variable", Read(null).Credentials[0].Name);
        _environment["REKEY_CONFIG"] = "";
        Assert.Equal("users", Read(null).Credentials[0].Name);
    }

    [Fact]
    public void Without_XDG_it_is_the_home_folder_and_a_relative_one_does_not_count()
    {
        _environment["HOME"] = _folder.Path;
        _environment["XDG_CONFIG_HOME"] = "relative";
        Write(".config/rekey/rekey.json", "home");

        Assert.Equal("home", Read(null).Credentials[0].Name);
    }

    [Fact]
    public void On_Windows_it_is_the_roaming_folder()
    {
        _environment["APPDATA"] = _folder.Path;
        _environment["HOME"] = "/nowhere";
        Write("rekey/rekey.json", "roaming");

        Assert.Equal("roaming", ConfigurationReader.Read(null, _environment, isWindows: true).Credentials[0].Name);
    }

    [Fact]
    public void The_working_directory_is_never_searched()
    {
        // Every name that a search could try stands in the working directory of the tests.
        var here = Path.Combine(Directory.GetCurrentDirectory(), "rekey.json");
        File.WriteAllText(here, OneValue);
        try
        {
            Assert.Empty(Read(null).Credentials);
        }
        finally
        {
            File.Delete(here);
        }
    }

    [Fact]
    public void A_relative_variable_is_refused() =>
        Assert.Equal("REKEY_CONFIG must be an absolute path.", ProblemOf(null, ("REKEY_CONFIG", "rekey.json")));

    [Fact]
    public void A_file_that_was_named_has_to_exist()
    {
        var missing = Path.Combine(_folder.Path, "missing.json");

        Assert.Equal("The file does not exist.", ProblemOf(missing));
        Assert.Equal("The file does not exist.", ProblemOf(null, ("REKEY_CONFIG", missing)));
        Assert.Equal("The file does not exist.", ProblemOf(Path.Combine(missing, "deeper.json")));
    }

    [Fact]
    public void A_folder_is_no_file() => Assert.Equal("The path is a folder, not a file.", ProblemOf(_folder.Path));

    [Fact]
    public void A_file_of_more_than_a_mebibyte_is_refused()
    {
        Assert.Equal("The file is larger than 1048576 bytes.", ProblemOf(_folder.File("large.json", new string(' ', (1 << 20) + 1))));
        Assert.Equal("The file is empty.", ProblemOf(_folder.File("full.json", new string(' ', 1 << 20))));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_even_where_nobody_named_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        _environment["XDG_CONFIG_HOME"] = _folder.Path;
        Directory.CreateDirectory(Path.Combine(_folder.Path, "rekey"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "rekey", "rekey.json"), "rekey.json");

        Assert.Equal("The file cannot be read (IOException).", ProblemOf(null));
    }

    [Fact]
    public void Relative_files_start_from_the_folder_of_the_configuration() =>
        Assert.Equal(_folder.Path, Read(Write("rekey.json", "a")).Folder);

    public void Dispose() => _folder.Dispose();

    private RekeyConfiguration Read(string? option) => ConfigurationReader.Read(option, _environment, isWindows: false);

    private string ProblemOf(string? option, params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
            _environment[name] = value;
        return Assert.Single(Assert.Throws<ConfigurationException>(() => Read(option)).Problems).Message;
    }

    private string Write(string file, string credential) => _folder.File(file, OneValue.Replace("NAME", credential, StringComparison.Ordinal));
}
