using System.Text;
using Rekey.Cli.Commands;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Commands;

/// <summary>How a filter ends, and that nothing unchecked ever leaves it.</summary>
public sealed class RedactingFilterTests : LeakCheckedTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly SecretRedactor _redactor = new();
    private readonly MemoryStream _output = new();

    public RedactingFilterTests() => _redactor.Register("github", "content", Plant("token-of-twenty-letters"));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task However_the_input_is_cut_the_secret_is_hidden(int length)
    {
        Assert.Equal(FilterEnd.Complete, await RunAsync(new Pieces("one token-of-twenty-letters two", length)));

        Assert.Equal($"one {Secret.Marker} two", Passed());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no line end")]
    [InlineData("\n")]
    [InlineData("dos\r\nold\runix\n\r\n")]
    [InlineData("\u00EF\u00BB\u00BFbom and nul\0\0 in the middle\0")]
    [InlineData("no utf-8: \u00C3( \u00FF\u00FE \u00F0\u0028\u008C \u0080 \u00ED\u00A0\u0080 \u00C0\u00AF")]
    [InlineData("utf-16: a\0b\0c\0 \u00E2\u0082")]
    [InlineData("\u001B[31mred\u001B[0m\ttab\b\a\u007F")]
    [InlineData("token-of-two, and token-o")]
    public async Task What_holds_no_secret_leaves_in_the_very_bytes_it_came_in(string latin1)
    {
        var bytes = Encoding.Latin1.GetBytes(latin1);
        foreach (var length in new[] { 1, 3, 1000 })
        {
            _output.SetLength(0);
            Assert.Equal(FilterEnd.Complete, await RunAsync(new Pieces(bytes, length)));
            Assert.Equal(bytes, _output.ToArray());
        }
    }

    [Fact]
    public async Task Nothing_further_is_read_while_nobody_takes_what_has_passed()
    {
        using var output = new Stalled();
        var input = new Pieces(new string('x', 1000), 100);

        var running = RunAsync(input, output);
        await output.Reached.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, input.Reads);
        output.Open();

        Assert.Equal(FilterEnd.Complete, await running);
        Assert.Equal(1000, output.Length);
    }

    [Fact]
    public async Task Told_to_stop_it_leaves_a_reader_alone_that_has_stopped_reading()
    {
        using var output = new Stalled();
        using var stop = new CancellationTokenSource();
        var running = RunAsync(new Pieces("one two", 100), output, stop.Token);
        await output.Reached.WaitAsync(TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        _time.Advance(Patience / 2);
        Assert.False(running.IsCompleted);
        _time.Advance(Patience / 2);

        Assert.Equal(FilterEnd.CutShort, await running);
        output.Open();
    }

    [Fact]
    public async Task Told_to_stop_it_passes_what_it_holds_and_hides_the_beginning_of_a_secret()
    {
        using var stop = new CancellationTokenSource();
        var input = new Pieces("one token-of-twenty-let", 100) { AtEnd = stop.Cancel };

        Assert.Equal(FilterEnd.Complete, await RunAsync(input, _output, stop.Token));

        Assert.Equal($"one {Secret.Marker}", Passed());
    }

    [Fact]
    public async Task Input_that_breaks_off_has_passed_as_far_as_it_came()
    {
        var input = new Pieces("one two", 100) { AtEnd = static () => throw new IOException("text of somebody else") };

        Assert.Equal(FilterEnd.InputFailed, await RunAsync(input));

        Assert.Equal("one two", Passed());
    }

    [Fact]
    public async Task A_redactor_that_throws_lets_nothing_pass()
    {
        // It has nothing to look with.
        var filter = new RedactingFilter(new Pieces("token-of-twenty-letters", 5), _output, new StreamRedactor(null!));

        Assert.Equal(FilterEnd.RedactorFailed, await filter.RunAsync(Patience, _time, TestContext.Current.CancellationToken));

        Assert.Empty(Passed());
    }

    [Fact]
    public async Task It_ends_as_soon_as_nobody_reads_or_nothing_can_be_written()
    {
        var input = new Pieces(new string('x', 1000), 1);

        Assert.Equal(FilterEnd.ReaderGone, await RunAsync(input, new Closed(new ReaderGoneException())));
        Assert.Equal(FilterEnd.OutputFailed, await RunAsync(input, new Closed(new IOException("text of somebody else"))));

        Assert.Equal(2, input.Reads);
    }

    private Task<FilterEnd> RunAsync(Stream input) => RunAsync(input, _output, TestContext.Current.CancellationToken);

    private Task<FilterEnd> RunAsync(Stream input, Stream output) => RunAsync(input, output, TestContext.Current.CancellationToken);

    private Task<FilterEnd> RunAsync(Stream input, Stream output, CancellationToken cancellationToken) =>
        new RedactingFilter(input, output, new StreamRedactor(_redactor)).RunAsync(Patience, _time, cancellationToken);

    private string Passed() => Observe(Encoding.UTF8.GetString(_output.ToArray()));

    /// <summary>Hands out its text a few bytes at a time; what happens at its end is the test's.</summary>
    private sealed class Pieces(byte[] bytes, int length) : MemoryStream(bytes)
    {
        public Pieces(string text, int length) : this(Encoding.UTF8.GetBytes(text), length)
        {
        }

        public Action? AtEnd { get; init; }

        public int Reads { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            if (Position == Length)
                AtEnd?.Invoke();
            return base.ReadAsync(buffer[..Math.Min(length, buffer.Length)], cancellationToken);
        }
    }

    private sealed class Closed(IOException why) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw why;
    }

    /// <summary>A pipe that is full until somebody opens it.</summary>
    private sealed class Stalled : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();

        public Task Reached => _reached.Task;

        public void Open() => _open.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _reached.TrySetResult();
            _open.Wait();
            base.Write(buffer);
        }
    }
}
