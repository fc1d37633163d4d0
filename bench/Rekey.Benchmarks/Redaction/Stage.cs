using Rekey.Benchmarks.Redaction.Ways;
using Rekey.Redaction;
using Rekey.Testing.Redaction;

namespace Rekey.Benchmarks.Redaction;

/// <summary>Some secrets, and every way to look for them.</summary>
internal sealed class Stage
{
    private readonly IReadOnlyList<string> _secrets;
    private readonly Way[] _ways;

    public Stage(IReadOnlyList<string> secrets)
    {
        _secrets = secrets;
        var redactor = Register(_secrets);
        string[] literals = [.. _secrets.SelectMany(Literals.OfRunner).Where(static l => l.Length >= SecretRedactor.ShortestAnywhere).Distinct(StringComparer.Ordinal)];
        _ways =
        [
            new Copy(), new Values(redactor), new WholeRedaction(redactor), new EachByItself(literals), new Alternation(literals), new Searched(literals),
            new ThreeExpressions(),
        ];
    }

    public static SecretRedactor Register(IEnumerable<string> secrets)
    {
        var redactor = new SecretRedactor();
        foreach (var secret in secrets)
            redactor.Register("bench", "value", new Secret(secret));
        return redactor;
    }

    /// <summary>All ways on one message, in turn, A B C A B C…, so that a machine whose speed drifts slows all of them alike.</summary>
    public IReadOnlyList<Measured> Measure(int size, bool hasSecret, int rounds, double mostOfOne)
    {
        var message = SampleMessage.Of(size, seed: 7, hasSecret ? _secrets[0] : null);
        Measured[] all = [.. _ways.Select(way => new Measured(way, message, hasSecret))];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var one in all)
                one.Sample(mostOfOne);
        }
        return all;
    }
}
