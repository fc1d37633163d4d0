using System.Text;

namespace Rekey.Benchmarks.Redaction.Ways;

/// <summary>Looks for one variant of one value after the other, as the maskers of CI runners do.</summary>
internal sealed class EachByItself(IReadOnlyList<string> literals) : Way("IndexOf of each variant")
{
    private readonly List<(int Start, int End)> _found = [];
    private string _message = "";

    public override void Load(byte[] message) => _message = Encoding.UTF8.GetString(message);

    public override int Scan()
    {
        _found.Clear();
        foreach (var literal in literals)
        {
            for (var at = 0; (at = _message.IndexOf(literal, at, StringComparison.Ordinal)) >= 0; at++)
                _found.Add((at, at + literal.Length));
        }
        return _found.Count;
    }
}
