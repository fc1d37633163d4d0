using System.Text;
using Rekey.Cli.Commands;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Commands;

/// <summary>How a filter ends, and that nothing unchecked ever leaves it.</summary>
public sealed class RedactingFilterTests : LeakCheckedTest
{
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

        Assert.Equal(FilterEnd.RedactorFailed, await filter.RunAsync(TestContext.Current.CancellationToken));

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
        new RedactingFilter(input, output, new StreamRedactor(_redactor)).RunAsync(cancellationToken);

    private string Passed() => Observe(Encoding.UTF8.GetString(_output.ToArray()));

    /// <summary>Hands out its text a few bytes at a time; what happens at its end is the test's.</summary>
    private sealed class Pieces(string text, int length) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
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
}
