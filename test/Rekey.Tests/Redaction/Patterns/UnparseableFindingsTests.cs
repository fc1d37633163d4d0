using System.Buffers;
using System.Text;
using Rekey.Redaction;
using static Rekey.Tests.Redaction.Patterns.PatternTest;

namespace Rekey.Tests.Redaction.Patterns;

public sealed class UnparseableFindingsTests
{
    [Fact]
    public void What_cannot_be_taken_apart_has_words_of_its_own() =>
        Assert.Equal($"ab{Unparseable}ij", Written("abcdefghij", static (ref Findings f) => f.AddUnparseable(2, 8)));

    [Fact]
    public void A_union_with_a_secret_is_a_secret()
    {
        Assert.Equal($"ab{M}ij", Written("abcdefghij", static (ref Findings f) => { f.AddUnparseable(2, 6); f.Add(5, 8); }));
        Assert.Equal($"ab{M}ij", Written("abcdefghij", static (ref Findings f) => { f.Add(5, 8); f.Add(0, 1); f.AddUnparseable(2, 6); }).Replace(M + "b", "ab", StringComparison.Ordinal));
        Assert.Equal($"ab{M}ij", Written("abcdefghij", static (ref Findings f) => { f.AddUnparseable(2, 8); f.Add(4, 5); }));
    }

    [Fact]
    public void A_union_of_such_findings_keeps_their_words() =>
        Assert.Equal($"ab{Unparseable}ij", Written("abcdefghij", static (ref Findings f) => { f.AddUnparseable(2, 6); f.AddUnparseable(5, 8); }));

    [Fact]
    public void What_lies_inside_the_words_is_left_alone_and_what_touches_them_takes_them_along()
    {
        Assert.Equal(Unparseable, Written(Unparseable, static (ref Findings f) => f.Add(3, 9)));
        Assert.Equal(Unparseable, Written(Unparseable, static (ref Findings f) => f.AddUnparseable(0, Unparseable.Length)));
        Assert.Equal($"a{M}cd", Written($"a{Unparseable}bcd", static (ref Findings f) => f.Add(10, Unparseable.Length + 2)));
    }

    private static string Written(string text, Finder finder)
    {
        var findings = new Findings(Encoding.UTF8.GetBytes(text));
        finder(ref findings);
        var output = new ArrayBufferWriter<byte>();
        findings.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private delegate void Finder(ref Findings findings);
}
