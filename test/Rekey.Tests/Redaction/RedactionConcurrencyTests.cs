using System.Buffers;
using System.Text;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

public sealed class RedactionConcurrencyTests : LeakCheckedTest
{
    [Fact]
    public async Task What_was_registered_is_hidden_at_once_while_others_register()
    {
        var redactor = new SecretRedactor();
        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 150; i++)
            {
                var value = $"value-{worker}-{i:D4}-{Guid.NewGuid():N}";
                redactor.Register($"credential{worker}", "password", new Secret(value));
                Assert.Equal($"<{Secret.Marker}>", redactor.Redact($"<{value}>"));
                Assert.Equal($"<{Secret.Marker}>", redactor.Redact($"<{Uri.EscapeDataString(value)}>"));
            }
        }));

        await Task.WhenAll(workers);
    }

    [Fact]
    public async Task What_is_known_stays_hidden_while_the_index_grows()
    {
        var redactor = new SecretRedactor();
        redactor.Register("orders", "password", Plant("hunter2-hunter2"));
        var done = false;
        var reader = Task.Run(() =>
        {
            var seen = 0;
            while (!Volatile.Read(ref done) || seen == 0)
            {
                Assert.Equal($"pw {Secret.Marker}", redactor.Redact("pw hunter2-hunter2"));
                seen++;
            }
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 400; i++)
            redactor.Register("other", "password", new Secret($"other-value-{i:D6}"));
        Volatile.Write(ref done, true);

        await reader;
    }

    [Fact]
    public void Clean_text_costs_no_memory()
    {
        var redactor = new SecretRedactor();
        for (var i = 0; i < 20; i++)
            redactor.Register("orders", "password", Plant($"hunter2-{i:D2}-\"+é"));
        redactor.Register("orders", "pin", new Secret("4711"));
        var text = string.Concat(Enumerable.Repeat("a clean line with \\\"escapes\\\" and 14711 in it; ", 1400));
        var message = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"result":"{{text}}"}""" + "\n");
        using var stream = new RedactingStream(Stream.Null, redactor);
        var output = new ArrayBufferWriter<byte>();

        void Pass()
        {
            Assert.False(redactor.TryRedact(message, output));
            Assert.False(JsonRpcSweep.TrySweep(redactor, message, output));
            Assert.Same(text, redactor.Redact(text));
            stream.Write(message, 0, message.Length);
        }
        for (var i = 0; i < 50; i++)
            Pass();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Pass();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(message.Length, 64_000, 80_000);
        Assert.Equal(0, allocated);
    }
}
