using System.Text;
using System.Text.RegularExpressions;

namespace Rekey.Benchmarks.Redaction.Ways;

/// <summary>One compiled regular expression of all variants, the longest first.</summary>
internal sealed class Alternation(IReadOnlyList<string> literals) : Way("Regex of all variants, compiled")
{
    private readonly Regex _any = new(
        string.Join('|', literals.OrderByDescending(static l => l.Length).Select(Regex.Escape)), RegexOptions.Compiled | RegexOptions.CultureInvariant);

    private string _message = "";

    public override void Load(byte[] message) => _message = Encoding.UTF8.GetString(message);

    public override int Scan() => _any.Count(_message);
}
