namespace Rekey.Aws.Tests.Profiles;

public sealed class AwsConfigurationTests : IDisposable
{
    private readonly ProfileFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_profile_has_its_keys_in_lower_case_and_its_session_beside_it()
    {
        var configuration = _files.Read("""
            [sso-session corp]
            sso_start_url = https://corp.awsapps.com/start
            SSO_Region : us-east-1

            [profile dev]
            sso_session = corp
            sso_account_id = 001234567890
            sso_role_name = Dev
            region = eu-west-3
            """);

        var dev = configuration.Profile("dev")!;
        Assert.Equal(("corp", "001234567890", "Dev", "eu-west-3"), (dev.SsoSession, dev.SsoAccountId, dev.SsoRoleName, dev.Region));
        Assert.True(dev.IsSso);
        Assert.Equal("https://corp.awsapps.com/start", configuration.Session("corp")!["sso_start_url"]);
        Assert.Equal("us-east-1", configuration.Session("corp")!["sso_region"]);
        Assert.Empty(configuration.Problems);
    }

    [Theory]
    [InlineData("profile dev", "dev")]
    [InlineData("profile \t dev", "dev")]
    [InlineData("profile \"a b\"", "a b")]
    [InlineData("profile 'a \"b'", "a \"b")]
    [InlineData("profile a\\ b", "a b")]
    [InlineData("profile \"a\\\"b\\c\"", "a\"b\\c")]
    [InlineData("profile team/a@b.c+d", "team/a@b.c+d")]
    [InlineData("profile de''v", "dev")]
    [InlineData("default", "default")]
    public void The_name_of_a_section_is_read_as_a_shell_reads_words(string title, string name) =>
        Assert.Equal("x", _files.Read($"[{title}]\nregion = x\n").Profile(name)?.Region);

    [Theory]
    [InlineData("profile")]
    [InlineData("profile a b")]
    [InlineData("profile \"a")]
    [InlineData("profile a\\")]
    public void A_section_that_names_nothing_is_a_problem_and_no_profile(string title)
    {
        var configuration = _files.Read($"[{title}]\nregion = x\n");

        Assert.Empty(configuration.ProfileNames);
        Assert.Single(configuration.Problems);
    }

    [Fact]
    public void Sections_of_other_tools_are_no_profiles_and_no_problem()
    {
        var configuration = _files.Read("[plugins]\nx = y\n[dev]\nregion = z\n[preview]\na=b\n");

        Assert.Empty(configuration.ProfileNames);
        Assert.Empty(configuration.Problems);
    }

    [Theory]
    [InlineData("[default]\nregion=a\n[profile default]\nregion=b\n", "b")]
    [InlineData("[profile default]\nregion=b\n[default]\nregion=a\n", "a")]
    public void Of_the_two_ways_to_name_the_default_profile_the_later_counts_as_a_whole(string config, string region) =>
        Assert.Equal(region, _files.Read(config).Profile("default")!.Region);

    [Fact]
    public void Comments_have_lines_of_their_own_and_a_number_sign_in_a_start_url_stays()
    {
        var configuration = _files.Read("""
            # a comment
            ; another
            [profile dev]  # whatever follows the bracket is not looked at
            sso_start_url = https://corp.awsapps.com/start#/
            region = us-west-2 # x
              # a comment inside a value
            """);

        Assert.Equal("https://corp.awsapps.com/start#/", configuration.Profile("dev")!["sso_start_url"]);
        Assert.Equal("us-west-2 # x", configuration.Profile("dev")!.Region);
        Assert.Empty(configuration.Problems);
    }

    [Fact]
    public void An_indented_block_is_one_level_of_further_keys()
    {
        var configuration = _files.Read("""
            [services local]
            sso =
              endpoint_url = http://127.0.0.1:1234/?a=b

            sso_oidc =
                endpoint_url=http://127.0.0.1:1235
            """);

        Assert.Equal("http://127.0.0.1:1234/?a=b", configuration.Services("local")!.Block("sso")["endpoint_url"]);
        Assert.Equal("http://127.0.0.1:1235", configuration.Services("local")!.Block("sso_oidc")["endpoint_url"]);
        Assert.Empty(configuration.Services("local")!.Block("sts"));
    }

    [Fact]
    public void What_stands_under_capital_DEFAULT_counts_everywhere() =>
        Assert.Equal(
            ("x", "y"),
            (_files.Read("[DEFAULT]\nregion = x\n[profile a]\n[profile b]\nregion = y\n").Profile("a")!.Region, _files.Read().Profile("b")!.Region));

    [Fact]
    public void The_credentials_file_counts_more_and_names_profiles_without_the_word()
    {
        var configuration = _files.Read(
            "[profile dev]\nregion = x\naws_access_key_id = from-config\n",
            "[dev]\naws_access_key_id = from-credentials\n[only here]\nregion = z\n");

        var dev = configuration.Profile("dev")!;
        Assert.Equal(("x", "from-credentials"), (dev.Region, dev["aws_access_key_id"]));
        Assert.Equal(["dev", "only here"], configuration.ProfileNames);
    }

    [Fact]
    public void What_the_cli_would_refuse_is_reported_with_file_line_and_key_and_without_a_value()
    {
        var configuration = _files.Read("""
            region = stray-value
            [profile dev]
            region = first-value
            REGION = second-value
            this line says nothing
            [profile dev]
            output = json
            s3 =
              not-a-pair
            """);

        Assert.Equal(["line 1", "line 4", "line 5", "line 6", "line 9"], configuration.Problems.Select(static p => p.Split(", ")[1].Split(':')[0]));
        Assert.All(configuration.Problems, problem =>
        {
            Assert.StartsWith(_files.Files.Config, problem, StringComparison.Ordinal);
            Assert.DoesNotContain("value ", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("says nothing", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("not-a-pair", problem, StringComparison.Ordinal);
        });
        Assert.Equal(("second-value", "json"), (configuration.Profile("dev")!.Region, configuration.Profile("dev")!["output"]));
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_borne()
    {
        var configuration = _files.Read("\uFEFF[profile dev]\r\nregion = x\r\ns3 =\r\n  a = b\r\n");

        Assert.Equal("x", configuration.Profile("dev")!.Region);
        Assert.Equal("b", configuration.Profile("dev")!.Section.Block("s3")["a"]);
        Assert.Contains("byte order mark", Assert.Single(configuration.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_or_no_file_is_a_problem_and_missing_files_are_empty()
    {
        Assert.Empty(_files.Read().ProfileNames);
        Assert.Empty(_files.Read().Problems);

        Directory.CreateDirectory(_files.Files.Config);
        File.WriteAllBytes(_files.Files.Credentials, [.. "[dev]\nregion = "u8, 0xC3, .. "\n"u8]);

        Assert.Equal(2, _files.Read().Problems.Count);
        Assert.Equal(["dev"], _files.Read().ProfileNames);
    }

    [Fact]
    public void A_file_without_end_is_not_read()
    {
        var configuration = _files.Read("[profile dev]\nregion = " + new string('x', 1 << 20));

        Assert.Empty(configuration.ProfileNames);
        Assert.Single(configuration.Problems);
    }

    [Fact]
    public void The_environment_moves_the_files_and_its_paths_are_expanded()
    {
        _files.Environment["FOLDER"] = _files.Home;
        _files.Environment["AWS_CONFIG_FILE"] = "$FOLDER/${FOLDER_NOT_SET}/config";
        _files.Environment["AWS_SHARED_CREDENTIALS_FILE"] = "~/keys";

        Assert.Equal($"{_files.Home}/${{FOLDER_NOT_SET}}/config", _files.Files.Config);
        Assert.Equal($"{_files.Home}/keys", _files.Files.Credentials);
        Assert.Equal(Path.Combine(_files.Home, ".aws", "sso", "cache"), _files.Files.SsoCache);
    }

    [Fact]
    public void An_empty_variable_moves_nothing()
    {
        _files.Environment["AWS_CONFIG_FILE"] = "";

        Assert.Equal(Path.Combine(_files.Home, ".aws", "config"), _files.Files.Config);
    }
}
