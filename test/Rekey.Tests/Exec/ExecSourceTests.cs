using System.Runtime.Versioning;
using Rekey.Exec;
using Rekey.Testing;
using Rekey.Tests.Files;

namespace Rekey.Tests.Exec;

[UnsupportedOSPlatform("windows")]
public sealed class ExecSourceTests : LeakCheckedTest
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _environment = new() { ["PATH"] = "relative:/usr/bin:/bin" };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("value", "value")]
    [InlineData("value\n", "value")]
    [InlineData("value\r\n", "value")]
    [InlineData("value\n\n", "value\n")]
    [InlineData("  \"quoted\" $HOME `date` ; rm -rf\n", "  \"quoted\" $HOME `date` ; rm -rf")]
    public async Task The_output_is_the_content_but_for_one_line_break(string printed, string read) =>
        Assert.Equal(read, await Read("printf", "%s", printed));

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are_and_no_shell_sees_them() =>
        Assert.Equal("[$(id)] [;] [*] [a b]", await Read("printf", "[%s] [%s] [%s] [%s]", "$(id)", ";", "*", "a b"));

    [Fact]
    public async Task The_output_of_a_program_can_be_a_document_with_fields()
    {
        var answer = await Fetch(Source("printf", """{"username":"orders","password":"p"}"""));

        Assert.Equal("orders", answer.Credential.Field("username")!.Value.Reveal());
    }

    [Fact]
    public async Task A_program_gets_the_variables_it_was_given_and_no_others()
    {
        _environment["API_TOKEN"] = Plant("a-token-of-somebody-else").Reveal();
        _environment["OP_SERVICE_ACCOUNT_TOKEN"] = "given";
        _environment["HOME"] = "/home/somebody";
        _environment["https_proxy"] = "http://proxy.internal:3128";
        _environment["HTTP_PROXY"] = "http://proxy.internal:3129";

        var seen = await Read(new ExecOptions { Command = ["env"], Environment = _environment.GetValueOrDefault, Variables = ["OP_SERVICE_ACCOUNT_TOKEN", "NOT_SET"] });

        Assert.Equal(
            ["HOME=/home/somebody", "HTTP_PROXY=http://proxy.internal:3129", "OP_SERVICE_ACCOUNT_TOKEN=given", "PATH=relative:/usr/bin:/bin", "https_proxy=http://proxy.internal:3128"],
            seen.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_failing_program_says_is_never_repeated()
    {
        Plant("S3cr3t-on-its-way-out");

        var error = await Fails(Source("sh", "-c", "echo S3cr3t-on-its-way-out; echo S3cr3t-on-its-way-out >&2; exit 3"));

        Assert.Equal((FailureKind.Unavailable, "SOURCE_UNAVAILABLE", "exec:sh: it ended with code 3."), (error.Kind, error.Code, error.Message));
    }

    [Fact]
    public async Task A_program_that_says_a_lot_to_its_errors_is_not_stopped_by_it() =>
        Assert.Equal("done", await Read("sh", "-c", "head -c 1000000 /dev/zero >&2; printf done"));

    [Fact]
    public async Task A_program_that_waits_for_input_finds_none() =>
        Assert.Equal("nothing", await Read("sh", "-c", "read line || printf nothing"));

    [Fact]
    public async Task A_program_that_takes_too_long_is_ended_with_all_that_it_started()
    {
        var time = new ManualTimeProvider();
        var marker = _directory["pid"];
        var fetch = Fetch(new ExecSource(new ExecOptions
        {
            Command = ["sh", "-c", $"sleep 600 & echo $! > {marker}; wait"],
            Environment = _environment.GetValueOrDefault,
            Time = time,
        }));
        var child = await PidIn(marker);

        time.Advance(TimeSpan.FromSeconds(11));

        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => fetch)).Error;
        Assert.Equal("exec:sh: it did not end within 10 s and was ended.", error.Message);
        await Until.True(() => !IsAlive(child));
    }

    [Theory]
    [InlineData("printf the-secret; sleep 600 & echo $! > {0}")]
    [InlineData("sleep 600 & echo $! > {0}; printf the-secret")]
    [InlineData("head -c 60000 /dev/zero >&2; sleep 600 >/dev/null & echo $! > {0}; printf the-secret")]
    public async Task What_a_program_printed_counts_when_it_ends_whatever_it_leaves_running(string script)
    {
        var time = new ManualTimeProvider();
        var marker = _directory["pid"];
        try
        {
            var fetch = Fetch(new ExecSource(new ExecOptions
            {
                Command = ["sh", "-c", script.Replace("{0}", marker, StringComparison.Ordinal)],
                Environment = _environment.GetValueOrDefault,
                Timeout = TimeSpan.FromHours(1), // by a clock of which hardly anything passes
                Time = time,
            }));

            await Until.Done(fetch, time, TimeSpan.FromMilliseconds(5));

            Assert.Equal("the-secret", (await fetch).Credential.Content.Reveal());
        }
        finally
        {
            System.Diagnostics.Process.GetProcessById(await PidIn(marker)).Kill();
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_no_program_behind()
    {
        var marker = _directory["pid"];
        using var cancel = new CancellationTokenSource();
        var fetch = Source("sh", "-c", $"echo $$ > {marker}; exec sleep 600").FetchAsync(new(RefreshTrigger.Demand, null), cancel.Token).AsTask();
        var pid = await PidIn(marker);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        await Until.True(() => !IsAlive(pid));
    }

    [Theory]
    [InlineData("SECRET_TOO_LARGE", "head", "-c", "1048577", "/dev/zero")]
    [InlineData("SECRET_TOO_LARGE", "yes")]
    [InlineData("SECRET_INVALID", "printf", "\\377\\376")]
    [InlineData("SOURCE_UNAVAILABLE", "true")]
    [InlineData("SOURCE_REFUSED", "no-such-program-anywhere")]
    [InlineData("SOURCE_REFUSED", "./program")]
    [InlineData("SOURCE_REFUSED", "/no/such/program")]
    [InlineData("SOURCE_REFUSED", "/etc/passwd")]
    public async Task A_program_that_cannot_be_used_says_why(string code, params string[] command) =>
        Assert.Equal(code, (await Fails(Source(command))).Code);

    [Theory]
    [InlineData(@"C:\Program Files\gcloud\bin\gcloud.cmd", true)]
    [InlineData(@"C:\az.BAT", true)]
    [InlineData(@"C:\az.bat. .", true)]
    [InlineData("gcloud.cmd ", true)]
    [InlineData(@"C:\tool.cmd\op.exe", false)]
    [InlineData(@"C:\tool.cmd.exe", false)]
    [InlineData("op", false)]
    public void A_script_of_the_shell_of_Windows_is_known_by_its_name(string program, bool isScript) =>
        Assert.Equal(isScript, ProgramPath.IsShellScript(program));

    [Fact]
    public void Its_reference_names_the_program_and_not_its_arguments() =>
        Assert.Equal("exec:op", Source("/usr/local/bin/op", "read", "op://vault/item/password").Reference);

    private ExecSource Source(params string[] command) => new(new ExecOptions { Command = command, Environment = _environment.GetValueOrDefault });

    private Task<string> Read(params string[] command) => Read(new ExecOptions { Command = command, Environment = _environment.GetValueOrDefault });

    private static async Task<string> Read(ExecOptions options) => (await Fetch(new ExecSource(options))).Credential.Content.Reveal();

    private static Task<SourceAnswer<SecretDocument>> Fetch(ExecSource source) =>
        source.FetchAsync(new(RefreshTrigger.Demand, null), TestContext.Current.CancellationToken).AsTask();

    private async Task<CredentialError> Fails(ExecSource source)
    {
        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => Fetch(source))).Error;
        Observe(error.ToString());
        return error;
    }

    private static async Task<int> PidIn(string marker)
    {
        await Until.True(() => File.Exists(marker) && File.ReadAllText(marker).EndsWith('\n'));
        return int.Parse(await File.ReadAllTextAsync(marker, TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
    }

    // A process that ended and that nobody has waited for yet is dead, too.
    private static bool IsAlive(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}
