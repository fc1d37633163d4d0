using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

public sealed class RedactingWriterTests : LeakCheckedTest
{
    private readonly SecretRedactor _redactor = new();
    private readonly StringWriter _inner = new() { NewLine = "\n" };

    public RedactingWriterTests() => _redactor.Register("orders", "password", Plant("hunter2-hunter2"));

    [Fact]
    public void Lines_are_redacted_however_they_are_written()
    {
        using (var writer = new RedactingWriter(_inner, _redactor))
        {
            writer.WriteLine("pw hunter2-hunter2");
            foreach (var c in "hunter2-hunter2\n")
                writer.Write(c);
            writer.Write("one\nhunter2");
            writer.Flush();
            writer.Write("-{0}", "hunter2");
            writer.WriteLine();
            writer.Write("the end hunter2-hunter2");
        }

        Assert.Equal("pw [REDACTED:rekey]\n[REDACTED:rekey]\none\n[REDACTED:rekey]\nthe end [REDACTED:rekey]", Observe(_inner.ToString()));
    }

    [Fact]
    public async Task Asynchronous_writes_go_through_the_same_door()
    {
        await using (var writer = new RedactingWriter(_inner, _redactor))
        {
            await writer.WriteLineAsync("pw hunter2-hunter2");
            await writer.WriteAsync("hunter2-");
            await writer.FlushAsync(TestContext.Current.CancellationToken);
            await writer.WriteAsync("hunter2".AsMemory(), TestContext.Current.CancellationToken);
            await writer.WriteAsync('!');
            await writer.WriteAsync("??".ToCharArray(), 0, 1);
            await writer.WriteLineAsync();
            await writer.WriteLineAsync("last".AsMemory(), TestContext.Current.CancellationToken);
        }

        Assert.Equal("pw [REDACTED:rekey]\n[REDACTED:rekey]!?\nlast\n", Observe(_inner.ToString()));
    }

    [Fact]
    public void Half_a_line_waits_for_its_end()
    {
        using var writer = new RedactingWriter(_inner, _redactor);

        writer.Write("first\nhunter2-");
        writer.Flush();

        Assert.Equal("first\n", _inner.ToString());
    }

    [Fact]
    public void A_line_without_end_is_withheld_and_the_next_one_passes()
    {
        using var writer = new RedactingWriter(_inner, _redactor);

        for (var i = 0; i < 5000; i++)
            writer.Write(new string('x', 1024));
        writer.WriteLine("hunter2-hunter2");
        writer.WriteLine("next");

        Assert.Matches("^\\[MESSAGE_TOO_LARGE\\] [^\n]*\nnext\n$", Observe(_inner.ToString()));
    }

    [Fact]
    public void A_failing_redactor_lets_nothing_out()
    {
        using var writer = new RedactingWriter(_inner, null!);

        writer.WriteLine("hunter2-hunter2");

        Assert.Matches("^\\[REDACTION_FAILED\\] [^\n]*\n$", Observe(_inner.ToString()));
    }

    [Fact]
    public void The_end_is_written_once()
    {
        var writer = new RedactingWriter(_inner, _redactor);
        writer.Write("end");
        writer.Dispose();
        writer.Dispose();

        Assert.Equal("end", _inner.ToString());
        Assert.Throws<ObjectDisposedException>(() => writer.Write("more"));
    }
}
