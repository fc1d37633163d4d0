using System.Text;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

public sealed class RedactingStreamTests : LeakCheckedTest
{
    private const string Dirty = """{"jsonrpc":"2.0","id":1,"result":"pw hunter2-hunter2"}""" + "\n";
    private const string Hidden = """{"jsonrpc":"2.0","id":1,"result":"pw [REDACTED:rekey]"}""" + "\n";
    private const string Clean = """{"jsonrpc":"2.0","id":2,"result":{}}""" + "\n";

    private readonly SecretRedactor _redactor = new();
    private readonly Recorder _inner = new();

    public RedactingStreamTests() => _redactor.Register("orders", "password", Plant("hunter2-hunter2"));

    [Fact]
    public async Task Every_message_leaves_in_one_write()
    {
        await using var stream = new RedactingStream(_inner, _redactor);

        await stream.WriteAsync(Encoding.UTF8.GetBytes(Clean + Dirty + Clean), TestContext.Current.CancellationToken);

        Assert.Equal([Clean, Hidden, Clean], Writes());
    }

    [Fact]
    public async Task However_a_message_is_cut_it_leaves_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes(Dirty + Clean);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var inner = new Recorder();
            await using var stream = new RedactingStream(inner, _redactor);
            await stream.WriteAsync(bytes.AsMemory(..cut), TestContext.Current.CancellationToken);
            await stream.FlushAsync(TestContext.Current.CancellationToken);
            stream.Write(bytes.AsSpan(cut..));

            Assert.Equal([Hidden, Clean], inner.Writes);
        }
    }

    [Fact]
    public void Byte_by_byte_it_leaves_the_same_too()
    {
        using var stream = new RedactingStream(_inner, _redactor);

        foreach (var b in Encoding.UTF8.GetBytes(Dirty + Clean + Dirty))
            stream.WriteByte(b);

        Assert.Equal([Hidden, Clean, Hidden], Writes());
    }

    [Fact]
    public async Task Half_a_message_waits_even_when_flushed()
    {
        await using var stream = new RedactingStream(_inner, _redactor);

        await stream.WriteAsync("{\"a\":\"hunter2-"u8.ToArray(), TestContext.Current.CancellationToken);
        await stream.FlushAsync(TestContext.Current.CancellationToken);
        stream.Flush();

        Assert.Empty(_inner.Writes);
        Assert.Equal(2, _inner.Flushes);
    }

    [Fact]
    public async Task What_is_left_at_the_end_is_swept_as_well()
    {
        await using (var stream = new RedactingStream(_inner, _redactor))
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Clean + Dirty.TrimEnd()), TestContext.Current.CancellationToken);

        Assert.Equal([Clean, Hidden], Writes());
        Assert.True(_inner.IsClosed);
    }

    [Fact]
    public void A_broken_end_with_a_secret_is_withheld()
    {
        using (var stream = new RedactingStream(_inner, _redactor))
            stream.Write("{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":\"hunter2-hunter2"u8);

        Assert.Contains("REDACTION_FAILED", Assert.Single(Writes()));
        Assert.Contains("\"id\":5", Writes()[0]);
    }

    [Fact]
    public void A_clean_end_leaves_as_it_is()
    {
        using (var stream = new RedactingStream(_inner, _redactor))
            stream.Write("no end"u8);

        Assert.Equal(["no end"], Writes());
    }

    [Fact]
    public async Task A_message_beyond_the_limit_is_replaced_and_the_next_one_passes()
    {
        await using var stream = new RedactingStream(_inner, _redactor, longestMessage: 100);
        var long1 = "{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":\"" + new string('x', 300) + "hunter2-hunter2\"}\n";

        foreach (var piece in long1.Chunk(40))
            await stream.WriteAsync(Encoding.UTF8.GetBytes(piece), TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(long1 + Clean), TestContext.Current.CancellationToken);

        Assert.Equal(3, Writes().Count);
        Assert.All(Writes().Take(2), static w => Assert.Matches("\"id\":8,.*MESSAGE_TOO_LARGE.*\n$", w));
        Assert.Equal(Clean, Writes()[2]);
    }

    [Fact]
    public async Task A_clean_whole_message_is_forwarded_in_the_memory_it_came_in()
    {
        await using var stream = new RedactingStream(_inner, _redactor);
        var bytes = Encoding.UTF8.GetBytes(Clean);

        await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);

        Assert.True(_inner.LastMemory.Span.Overlaps(bytes));
    }

    [Fact]
    public async Task Writers_do_not_mix_their_messages()
    {
        await using var stream = new RedactingStream(_inner, _redactor);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            for (var n = 0; n < 50; n++)
                await stream.WriteAsync(Encoding.UTF8.GetBytes(n % 2 == 0 ? Dirty : Clean));
        })));

        Assert.Equal(400, Writes().Count);
        Assert.All(Writes(), static w => Assert.True(w is Hidden or Clean));
    }

    [Fact]
    public async Task Nothing_is_written_after_the_end()
    {
        var stream = new RedactingStream(_inner, _redactor);
        await stream.DisposeAsync();
        await stream.DisposeAsync();

        Assert.False(stream.CanWrite);
        Assert.Throws<ObjectDisposedException>(() => stream.Write("x"u8));
    }

    private IReadOnlyList<string> Writes()
    {
        _inner.Writes.ForEach(w => Observe(w));
        return _inner.Writes;
    }

    private sealed class Recorder : MemoryStream
    {
        public List<string> Writes { get; } = [];

        public int Flushes { get; private set; }

        public bool IsClosed { get; private set; }

        public ReadOnlyMemory<byte> LastMemory { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer) => Writes.Add(Encoding.UTF8.GetString(buffer));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LastMemory = buffer;
            Write(buffer.Span);
            return default;
        }

        public override void Flush() => Flushes++;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Flush();
            return Task.CompletedTask;
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
