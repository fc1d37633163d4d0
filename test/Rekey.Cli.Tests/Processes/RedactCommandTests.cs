using System.Text;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Processes;

/// <summary><c>rekey redact</c> between two real pipes.</summary>
public sealed class RedactCommandTests : LeakCheckedTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly UserHome _home = new();

    [Fact]
    public async Task A_secret_that_is_split_over_two_writes_is_hidden()
    {
        await using var filter = Start("token-of-twenty-letters");

        await WriteAsync(filter, "ready token-of-tw");
        Assert.Equal("ready ", await ReadAsync(filter, "ready ".Length));
        await WriteAsync(filter, "enty-letters end");
        filter.CloseInput();

        Assert.Equal($"{Secret.Marker} end", await ReadAllAsync(filter));
        Assert.Equal((0, ""), (await filter.ExitAsync(), filter.Errors.Trim()));
    }

    [Theory]
    [InlineData("Password: ")]
    [InlineData("Continue? [y/N] ")]
    [InlineData("> ")]
    public async Task A_prompt_without_a_line_end_passes_while_the_input_stays_open(string prompt)
    {
        await using var filter = Start("token-of-twenty-letters");

        await WriteAsync(filter, prompt);

        Assert.Equal(prompt, await ReadAsync(filter, prompt.Length));
        filter.CloseInput();
        Assert.Equal(0, await filter.ExitAsync());
    }

    [Fact]
    public async Task A_line_that_ends_with_a_secret_passes_while_the_input_stays_open()
    {
        await using var filter = Start("token-of-twenty-letters");

        Assert.Equal($"authorized by {Secret.Marker}\n", Observe(await LineAsync(filter, "authorized by token-of-twenty-letters")));

        filter.CloseInput();
        Assert.Equal(0, await filter.ExitAsync());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_pass_as_they_are()
    {
        var bytes = new byte[48 << 10];
        new Random(7).NextBytes(bytes);
        for (var i = 0; i < 256; i++)
            bytes[i] = (byte)i;
        await using var filter = Start("token-of-twenty-letters");

        var passed = AllBytesAsync(filter);
        await filter.Input.WriteAsync(bytes, TestContext.Current.CancellationToken);
        filter.CloseInput();

        Assert.Equal(bytes, await passed);
    }

    [Fact]
    public async Task A_long_stream_passes_whole_and_every_secret_in_it_is_hidden()
    {
        const int Lines = 400_000;
        const string Clean = "2026-01-01T00:00:00 info request took 12 ms /api/orders\n"; // 20 MB of it and more
        await using var filter = Start("token-of-twenty-letters");

        var passed = AllBytesAsync(filter);
        await filter.Input.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Lines).Select(static i =>
            i % 1000 == 0 ? "authorized by token-of-twenty-letters\n" : Clean))), TestContext.Current.CancellationToken);
        filter.CloseInput();

        var lines = Observe(Encoding.UTF8.GetString(await passed)).Split('\n');
        Assert.Equal(Lines + 1, lines.Length);
        Assert.Equal(Lines / 1000, lines.Count(static line => line == $"authorized by {Secret.Marker}"));
        Assert.Equal(Lines - (Lines / 1000), lines.Count(static line => line == Clean.TrimEnd()));
        Assert.Equal(0, await filter.ExitAsync());
    }

    [Fact]
    public async Task It_ends_quietly_when_nobody_reads_any_more()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the console keeps quiet about it there");
        await using var filter = Start("token-of-twenty-letters");
        await WriteAsync(filter, "ready ");
        Assert.Equal("ready ", await ReadAsync(filter, "ready ".Length));

        filter.Output.Close();
        await WriteAsync(filter, "again ");

        Assert.Equal((0, ""), (await filter.ExitAsync(), filter.Errors.Trim())); // while its input is open
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_it_and_the_beginning_of_a_secret_does_not_leave(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals");
        await using var filter = Start("token-of-twenty-letters");
        await WriteAsync(filter, "ready token-of-twenty-let");
        Assert.Equal("ready ", await ReadAsync(filter, "ready ".Length));

        filter.Signal(signal);

        Assert.Equal(Secret.Marker, await ReadAllAsync(filter));
        Assert.Equal((0, ""), (await filter.ExitAsync(), filter.Errors.Trim()));
    }

    [Fact]
    public async Task A_signal_ends_it_although_its_reader_has_stopped_reading()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals");
        _home.Variables["TOKEN"] = "7";
        await using var filter = ChildProcess.Start(BuiltExecutable.Path, ["redact", "--env", "digit=env://TOKEN"], _home.Environment);
        await WriteAsync(filter, string.Concat(Enumerable.Repeat("7 ", 8 << 10))); // hidden, it is more than a pipe takes
        Assert.Equal("[", await ReadAsync(filter, 1)); // the rest is being written

        filter.Signal("TERM");

        Assert.Equal(ExitCode.Unreachable, await filter.ExitAsync());
        Assert.EndsWith("rekey: told to stop, it could not write all that had arrived.", filter.Errors.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_before_everything_is_fetched_ends_it_and_nothing_passes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no signals");
        var started = Path.Combine(_home.Path, "started");
        _home.Configure($$"""{ "credentials": { "slow": { "kind": "value", "from": { "exec": ["sh", "-c", "touch '{{started}}'; exec sleep 60"] } } } }""");
        await using var filter = ChildProcess.Start(BuiltExecutable.Path, ["redact"], _home.Environment);
        await WriteAsync(filter, "harmless");
        await Until.True(() => File.Exists(started));

        filter.Signal("TERM");

        Assert.Equal("", await ReadAllAsync(filter));
        Assert.Equal(0, await filter.ExitAsync());
    }

    [Theory]
    [InlineData("redact --env token=env://TOKEN <&-", ExitCode.Unreachable, "rekey: standard input cannot be read any further.")]
    [InlineData("redact --env token=env://TOKEN < /", ExitCode.Unreachable, "rekey: standard input cannot be read any further.")]
    [InlineData("redact --env token=env://TOKEN >&-", ExitCode.Unreachable, "rekey: standard output cannot be written.")]
    [InlineData("redact --env token=env://TOKEN >&- <&-", ExitCode.Unreachable, "rekey: standard input cannot be read any further.")]
    [InlineData("redact --env token=env://TOKEN 2>&-", ExitCode.Ready, "")]
    [InlineData("serve <&-", ExitCode.Ready, "")]
    [InlineData("serve <&- >&-", ExitCode.Ready, "")]
    public async Task A_standard_stream_that_was_left_closed_is_neither_waited_for_nor_taken_for_another(string command, int code, string said)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such shell");
        _home.Variables["TOKEN"] = Plant("token-of-twenty-letters").Reveal();

        var ended = await ChildProcess.RunAsync("sh", ["-c", $"exec \"$0\" {command}", BuiltExecutable.Path], _home.Environment, input: command.Contains('<') ? "" : "harmless");

        Assert.Equal((code, said), (ended.ExitCode, Observe(ended.Errors).Trim()));
    }

    [Fact]
    public async Task A_full_disk_ends_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /dev/full");
        _home.Variables["TOKEN"] = Plant("token-of-twenty-letters").Reveal();

        var ended = await ChildProcess.RunAsync(
            "sh", ["-c", "exec \"$0\" redact --env token=env://TOKEN > /dev/full", BuiltExecutable.Path], _home.Environment, "harmless");

        Assert.Equal((ExitCode.Unreachable, "rekey: standard output cannot be written."), (ended.ExitCode, ended.Errors.Trim()));
    }

    [Fact]
    public async Task A_source_that_fails_in_the_middle_is_told_and_what_it_gave_stays_hidden()
    {
        var path = _home.Write("token", Plant("token-of-a-file-that-goes").Reveal());
        await using var filter = ChildProcess.Start(BuiltExecutable.Path, ["redact", "--env", $"github=file://{path}"], _home.Environment);
        Assert.Equal($"{Secret.Marker}.\n", await LineAsync(filter, "token-of-a-file-that-goes."));

        File.Delete(path);
        await Until.True(() => filter.Errors.Contains("github: refresh failed [SOURCE_UNAVAILABLE]", StringComparison.Ordinal));

        Assert.Equal($"{Secret.Marker}.\n", await LineAsync(filter, "token-of-a-file-that-goes."));
        filter.CloseInput();
        Assert.Equal(0, await filter.ExitAsync());
        Observe(filter.Errors);
    }

    [Fact]
    public async Task Where_a_reference_leads_nowhere_nothing_passes()
    {
        await using var filter = ChildProcess.Start(BuiltExecutable.Path, ["redact", "--env", "token=env://NOT_SET_ANYWHERE"], _home.Environment);

        var end = await ReadAllAsync(filter);

        Assert.Equal("", end); // it does not even wait for the input
        Assert.Equal(ExitCode.Unreachable, await filter.ExitAsync());
        Assert.Contains("token: [ENVIRONMENT_VARIABLE_MISSING]", Observe(filter.Errors));
    }

    [Fact]
    public async Task The_secrets_of_the_configuration_are_hidden_and_a_rotated_one_in_the_middle_of_the_stream()
    {
        var path = _home.Write("token", Plant("first-token-of-a-file").Reveal());
        _home.Configure($$"""{ "credentials": { "github": { "kind": "value", "from": "file://{{path}}" } } }""");
        await using var filter = ChildProcess.Start(BuiltExecutable.Path, ["redact"], _home.Environment);
        Assert.Equal($"{Secret.Marker}.\n", await LineAsync(filter, "first-token-of-a-file."));

        _home.Write("token", "second-token-of-a-file");

        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (await LineAsync(filter, "second-token-of-a-file.") != $"{Secret.Marker}.\n")
            limit.Token.ThrowIfCancellationRequested();
        Assert.Equal($"{Secret.Marker}.\n", await LineAsync(filter, "first-token-of-a-file."));
        filter.CloseInput();
        Assert.Equal(0, await filter.ExitAsync());
    }

    public override ValueTask DisposeAsync()
    {
        _home.Dispose();
        return base.DisposeAsync();
    }

    // The value is in the environment and never among the arguments.
    private ChildProcess Start(string secret)
    {
        _home.Variables["TOKEN"] = Plant(secret).Reveal();
        return ChildProcess.Start(BuiltExecutable.Path, ["redact", "--env", "token=env://TOKEN"], _home.Environment);
    }

    // One write: what is in it arrives together.
    private static async Task WriteAsync(ChildProcess filter, string text)
    {
        await filter.Input.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        await filter.Input.FlushAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> LineAsync(ChildProcess filter, string line)
    {
        await WriteAsync(filter, line + "\n");
        var passed = new StringBuilder();
        var one = new byte[1];
        while (passed.Length == 0 || passed[^1] != '\n')
        {
            await filter.Output.ReadExactlyAsync(one, TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit, TimeProvider.System);
            passed.Append((char)one[0]);
        }
        return passed.ToString();
    }

    private async Task<string> ReadAsync(ChildProcess filter, int length)
    {
        var bytes = new byte[length];
        await filter.Output.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit, TimeProvider.System);
        return Observe(Encoding.UTF8.GetString(bytes));
    }

    private async Task<string> ReadAllAsync(ChildProcess filter) => Observe(Encoding.UTF8.GetString(await AllBytesAsync(filter)));

    private static async Task<byte[]> AllBytesAsync(ChildProcess filter)
    {
        using var all = new MemoryStream();
        await filter.Output.CopyToAsync(all, TestContext.Current.CancellationToken).WaitAsync(Limit, TimeProvider.System);
        return all.ToArray();
    }
}
