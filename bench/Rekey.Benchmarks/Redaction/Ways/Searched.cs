using System.Buffers;
using System.Text;

namespace Rekey.Benchmarks.Redaction.Ways;

/// <summary>What the platform offers for many strings at once. It knows text only, so a message has to become text first.</summary>
internal sealed class Searched(IReadOnlyList<string> literals) : Way("UTF-16 and SearchValues<string>")
{
    private readonly SearchValues<string> _any = SearchValues.Create([.. literals], StringComparison.Ordinal);

    private byte[] _message = [];
    private char[] _text = [];

    public override void Load(byte[] message) => (_message, _text) = (message, new char[message.Length]);

    public override int Scan()
    {
        var rest = _text.AsSpan(0, Encoding.UTF8.GetChars(_message, _text));
        var found = 0;
        while (rest.IndexOfAny(_any) is >= 0 and var at)
        {
            found++;
            rest = rest[(at + 1)..];
        }
        return found;
    }
}
