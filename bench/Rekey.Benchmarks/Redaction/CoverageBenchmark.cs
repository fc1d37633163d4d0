using System.Buffers;
using Rekey.Redaction;
using Rekey.Testing.Redaction;

namespace Rekey.Benchmarks.Redaction;

/// <summary>In how many ways of showing a secret it is gone afterwards: by decoding around what looks like it, and by lists of variants.</summary>
internal static class CoverageBenchmark
{
    private const int Secrets = 61;
    private const int CleanMessage = 4 << 20;
    private const int MostMisses = 6;

    public static int Run(int seed)
    {
        var secrets = SampleSecrets.NotShort(Secrets, seed: 5);
        var redactor = new SecretRedactor();
        foreach (var secret in secrets)
            redactor.Register("bench", "value", new Secret(secret));
        var runner = secrets.Select(Literals.OfRunner).ToArray();
        var dialects = secrets.Select(Literals.OfDialects).ToArray();
        Report.Line(
            $"{secrets.Count} secrets, chains of three drawn with seed {seed}; {redactor.Size.Anchors} anchors against {runner.Sum(static l => l.Count)} and {dialects.Sum(static l => l.Count)} literals.\n");

        Report.Header("written as", "cases", "Rekey", "to the last character", "target", "variants of a CI runner", "fifteen dialects listed");
        var misses = new List<string>();
        var isMet = true;
        foreach (var family in CoverageFamily.All(new Random(seed), triples: 60))
        {
            var ours = Coverage.Of(family, secrets, (text, _) => redactor.Redact(text));
            var ofRunner = Coverage.Of(family, secrets, (text, i) => Literals.Redact(text, runner[i]));
            var ofDialects = Coverage.Of(family, secrets, (text, i) => Literals.Redact(text, dialects[i]));
            Report.Row(
                family.Name, ours.Cases, $"{ours.Share:P2}", $"{(double)ours.GoneWhole / ours.Cases:P1}", $"{family.Floor:P0}", $"{ofRunner.Share:P1}", $"{ofDialects.Share:P1}");
            misses.AddRange(ours.Misses.Take(MostMisses).Select(miss => $"missed {miss.Count} × {family.Name}: {miss.Writing}; one of them {miss.Example.ReplaceLineEndings("⏎")}"));
            isMet &= ours.Share >= family.Floor;
        }
        Report.Line(string.Empty);
        misses.ForEach(Report.Line);
        return PrintClean(redactor) && isMet ? 0 : 1;
    }

    private static bool PrintClean(SecretRedactor redactor)
    {
        var messages = new[] { SampleMessage.Of(CleanMessage, seed: 1), SampleMessage.Of(CleanMessage, seed: 2) };
        var isClean = !messages.Any(message => redactor.TryRedact(message, new ArrayBufferWriter<byte>()));
        Report.Line($"{messages.Sum(static m => m.Length) / 1e6:F1} MB of clean text: {(isClean ? "not a byte changed" : "CHANGED")}");
        return isClean;
    }
}
