using System.Buffers;
using System.Text;
using Rekey.Redaction;
using Rekey.Testing.Redaction;

namespace Rekey.Benchmarks.Redaction;

/// <summary>One stream of a fuzz run; its seed repeats it.</summary>
internal sealed class FuzzRound(int seed)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/?#[]{}<>|\\^`\"% éßЖ中\n\t";
    private const int Writings = 20;

    private readonly Random _random = new(seed);
    private readonly SecretRedactor _redactor = new();
    private readonly List<string> _failures = [];

    public IReadOnlyList<string> Failures => _failures;

    /// <summary>How many secrets were shown.</summary>
    public int Shown { get; private set; }

    /// <summary>How many of them were left behind two or three encoders.</summary>
    public int LeftDeep { get; private set; }

    public void Run()
    {
        var secrets = Secrets();
        foreach (var secret in secrets)
            _redactor.Register("fuzz", "value", new Secret(secret));
        Check(secrets);
        var clean = SampleMessage.Of(_random.Next(200, 6000), _random.Next());
        if (!Streamed(clean, () => _random.Next(1, 700)).AsSpan().SequenceEqual(clean))
            _failures.Add("clean text was changed");
    }

    private void Check(string[] secrets)
    {
        var text = new StringBuilder();
        var shown = new (string Secret, int Depth, string Name, Shown Shown, Frame Frame)[Writings];
        for (var i = 0; i < shown.Length; i++)
        {
            var secret = secrets[_random.Next(secrets.Length)];
            var (writing, depth) = Drawn();
            shown[i] = (secret, depth, writing.Name, writing.Show(secret), new Frame($"<{i} ", $" {i}>"));
            text.Append(shown[i].Frame.Around(shown[i].Shown)).Append('\n');
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var output = Streamed(bytes, () => bytes.Length);
        var longest = _random.Next(2) == 0 ? 8 : 300;
        if (!Streamed(bytes, () => _random.Next(1, longest + 1)).AsSpan().SequenceEqual(output))
            _failures.Add($"what leaves depends on how the stream was cut{Cut(text.ToString())}");
        Shown += shown.Length;
        foreach (var one in shown)
            Judge(one.Secret, one.Depth, one.Name, one.Shown, one.Frame, Encoding.UTF8.GetString(output));
    }

    /// <summary>The shortest example at hand: one line, cut once.</summary>
    private string Cut(string text)
    {
        foreach (var line in text.Split('\n').Select(Encoding.UTF8.GetBytes))
        {
            var whole = Streamed(line, () => line.Length);
            for (var at = 1; at < line.Length; at++)
            {
                var lengths = new Queue<int>([at, line.Length]);
                var cut = Streamed(line, lengths.Dequeue);
                if (!cut.AsSpan().SequenceEqual(whole))
                    return $": {Printable(Encoding.UTF8.GetString(line))} cut at {at} leaves {Printable(Encoding.UTF8.GetString(cut))} and whole {Printable(Encoding.UTF8.GetString(whole))}";
            }
        }
        return "";
    }

    // What stands between the two ends of a frame is what became of the secret; a frame that went along leaves nothing.
    private void Judge(string secret, int depth, string name, Shown shown, Frame frame, string output)
    {
        var (start, end) = (output.IndexOf(frame.Before, StringComparison.Ordinal), output.IndexOf(frame.After, StringComparison.Ordinal));
        var left = output.Contains(secret, StringComparison.Ordinal) ? secret.Length
            : start < 0 || end < start ? 0
            : frame.Left(shown, output[start..(end + frame.After.Length)]);
        if (left <= Coverage.Edge)
            return;
        if (depth > 1)
            LeftDeep++;
        else
            _failures.Add($"{left} characters left of {Printable(secret)} written as {name}, alone {LeftAlone(secret, shown)}: {Printable(frame.Around(shown))}");
    }

    private static int LeftAlone(string secret, Shown shown)
    {
        var redactor = new SecretRedactor();
        redactor.Register("fuzz", "value", new Secret(secret));
        return Frame.Json.Left(shown, redactor.Redact(Frame.Json.Around(shown)));
    }

    private static string Printable(string text) => text.Replace("\r", "␍", StringComparison.Ordinal).Replace("\n", "␊", StringComparison.Ordinal).Replace("\t", "␉", StringComparison.Ordinal);

    private string[] Secrets() =>
    [
        .. SampleSecrets.Mixed(20, _random.Next()).Where(_ => _random.Next(4) == 0),
        .. Enumerable.Range(0, 3).Select(_ => "k" + new string(_random.GetItems<char>(Alphabet, _random.Next(10, 60))) + "Z"),
    ];

    private (Writing Writing, int Depth) Drawn()
    {
        var writing = _random.Next(6) switch
        {
            0 => Writing.Base64(new string('x', _random.Next(6)), new string('y', _random.Next(6)), isUrl: _random.Next(2) == 0),
            1 => Writing.Hex(isUpper: _random.Next(2) == 0),
            _ => Writing.Raw,
        };
        var encoders = writing == Writing.Raw ? _random.Next(4) : _random.Next(3);
        for (var i = 0; i < encoders; i++)
            writing = writing.Within(Encoders.All[_random.Next(Encoders.All.Count)]);
        return (writing, encoders);
    }

    private byte[] Streamed(byte[] text, Func<int> length)
    {
        var (stream, output) = (new StreamRedactor(_redactor), new ArrayBufferWriter<byte>());
        for (var at = 0; at < text.Length;)
        {
            var piece = text.AsSpan(at, Math.Min(length(), text.Length - at));
            stream.Write(piece, output);
            at += piece.Length;
        }
        stream.Complete(output);
        return output.WrittenSpan.ToArray();
    }
}
