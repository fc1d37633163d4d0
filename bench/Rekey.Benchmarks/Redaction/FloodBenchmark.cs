using System.Buffers;
using System.Text;
using Rekey.Redaction;
using Rekey.Testing.Redaction;

namespace Rekey.Benchmarks.Redaction;

/// <summary>Text that was made to be slow: nothing but beginnings of secrets, escapes and signs of patterns.</summary>
internal static class FloodBenchmark
{
    private const int Secrets = 100;
    private const int Megabyte = 1 << 20;
    private const int Piece = 4096;
    private const int Rounds = 5;
    private const double Enough = 1000; // ms
    private const double Least = 0.1; // GB/s
    private const double MostGrowth = 3; // twice the text, with noise

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly ArrayBufferWriter<byte> Output = new(2 * Megabyte);

    public static int Run()
    {
        var secrets = SampleSecrets.Mixed(Secrets, seed: 42);
        var redactor = Stage.Register(secrets);
        (string Name, string Unit)[] floods = [.. Floods(secrets.First(static s => s.Length == 40))];
        Warm(redactor, floods);
        Report.Line($"{Machine.Description}\n\n{Secrets} secrets, best of {Rounds}.\n");
        Report.Header("1 MB of", "GB/s", "time of 2 MB", "in pieces of 4 KB, GB/s", "time of 2 MB");
        var isMet = true;
        foreach (var (name, unit) in floods)
        {
            var whole = Measure(unit, Megabyte, text => Redact(redactor, text));
            var streamed = Measure(unit, Megabyte, text => Stream(redactor, text));
            Report.Row(name, whole.Text, whole.Growth, streamed.Text, streamed.Growth);
            isMet &= whole.IsMet && streamed.IsMet;
        }
        Report.Line($"\nTarget: at least {Least} GB/s, and at most {MostGrowth} times as long for twice as much: {(isMet ? "met" : "missed")}.\n");
        PrintBuilding();
        return isMet ? 0 : 1;
    }

    private static IEnumerable<(string Name, string Unit)> Floods(string secret) =>
    [
        ("clean text in one line", Encoding.UTF8.GetString(SampleMessage.Of(Megabyte, seed: 1))),
        ("clean text in lines", SampleMessage.Lines(Megabyte, seed: 1)),
        ("the first 20 characters of a secret of 40", secret[..20] + "\n"),
        ("the first 24", secret[..24] + "\n"),
        ("the first 30", secret[..30] + "\n"),
        ("the first 39", secret[..39] + "\n"),
        ("secrets", secret + "\n"),
        ("secrets, JSON-escaped throughout", string.Concat(secret.Select(static c => $"\\u{(int)c:x4}")) + "\n"),
        ("`\\u00`", "\\u00"),
        ("half a secret and `\\u0041`", secret[..20] + string.Concat(Enumerable.Repeat("\\u0041", 200))),
        ("half a secret and `%2525…25`", secret[..20] + "%" + string.Concat(Enumerable.Repeat("25", 200))),
        ("`%25`", "%25"),
        ("backslashes behind half a secret", secret[..20] + new string('\\', 400)),
        ("`password=`", "password="),
        ("`password=\"`", "password=\""),
        ("`postgresql://`", "postgresql://"),
        ("`postgresql://a:`", "postgresql://a:"),
        ("`://a:b@`", "://a:b@"),
        ("`ghp_`", "ghp_"),
        ("`eyJ`", "eyJ"),
        ("`-----BEGIN PRIVATE KEY-----`", "-----BEGIN PRIVATE KEY-----"),
    ];

    // Until the compiler, which works beside us, has seen enough of everything.
    private static void Warm(SecretRedactor redactor, (string Name, string Unit)[] floods)
    {
        byte[][] texts = [.. floods.Select(static one => Flood(one.Unit, Piece))];
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < WarmUp;)
        {
            foreach (var text in texts)
            {
                Redact(redactor, text);
                Stream(redactor, text);
            }
        }
    }

    private static byte[] Flood(string unit, int size)
    {
        var bytes = Encoding.UTF8.GetBytes(unit);
        var flood = new byte[size];
        for (var at = 0; at < size; at += bytes.Length)
            bytes.AsSpan(0, Math.Min(bytes.Length, size - at)).CopyTo(flood.AsSpan(at));
        return flood;
    }

    private static void Redact(SecretRedactor redactor, byte[] text)
    {
        Output.ResetWrittenCount();
        redactor.TryRedact(text, Output);
    }

    private static void Stream(SecretRedactor redactor, byte[] text)
    {
        Output.ResetWrittenCount();
        var stream = new StreamRedactor(redactor);
        for (var at = 0; at < text.Length; at += Piece)
            stream.Write(text.AsSpan(at, Math.Min(Piece, text.Length - at)), Output);
        stream.Complete(Output);
    }

    private static (string Text, string Growth, bool IsMet) Measure(string unit, int size, Action<byte[]> act)
    {
        var (one, two) = (Flood(unit, size), Flood(unit, 2 * size));
        var time = Best(() => act(one));
        var (speed, growth) = (size / time / 1e6, Best(() => act(two)) / time);
        return (speed >= Least ? $"{speed:G3}" : $"**{speed:G2}**", $"{growth:F1}×", speed >= Least && growth <= MostGrowth);
    }

    private static double Best(Action action)
    {
        var (best, spent) = (double.MaxValue, 0.0);
        for (var round = 0; round < Rounds && spent < Enough; round++)
        {
            var began = TimeProvider.System.GetTimestamp();
            action();
            var elapsed = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
            (best, spent) = (Math.Min(best, elapsed), spent + elapsed);
        }
        return best;
    }

    private static void PrintBuilding()
    {
        Report.Header("secrets", "known after, ms", "pieces looked for", "KB");
        foreach (var count in (int[])[10, 100, 1000])
        {
            var secrets = SampleSecrets.Mixed(count, seed: 42);
            var size = Stage.Register(secrets).Size;
            Report.Row(count, $"{Best(() => Stage.Register(secrets)):F1}", $"{size.Anchors:N0}", $"{size.Bytes / 1024.0:N0}");
        }
    }
}
