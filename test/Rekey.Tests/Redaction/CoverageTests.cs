using System.Buffers;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Redaction;

namespace Rekey.Tests.Redaction;

/// <summary>Invariant: the share of encoded values that are gone never falls. The benchmark <c>coverage</c> measures the same on more.</summary>
public sealed class CoverageTests : LeakCheckedTest
{
    private const int Seed = 11;

    private readonly SecretRedactor _redactor = new();

    public static TheoryData<string> Families => [.. CoverageFamily.All(new Random(Seed), triples: 30).Select(static family => family.Name)];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_value_is_gone_in_whatever_it_was_written(string name)
    {
        var secrets = Registered(24);
        var drawn = Random.Shared.Next();
        var family = CoverageFamily.All(new Random(drawn), triples: 30).Single(family => family.Name == name);

        var coverage = Coverage.Of(family, secrets, (text, _) => _redactor.Redact(text));

        Assert.True(
            coverage.Share >= family.Floor,
            $"{coverage.Gone} of {coverage.Cases}, drawn with {drawn}: {string.Join("; ", coverage.Misses.Take(5).Select(static miss => $"{miss.Count} × {miss.Writing}"))}");
    }

    [Fact]
    public void Nothing_is_hidden_in_a_megabyte_of_clean_text()
    {
        Registered(200);

        Assert.False(_redactor.TryRedact(SampleMessage.Of(1 << 20, Random.Shared.Next()), new ArrayBufferWriter<byte>()));
    }

    private IReadOnlyList<string> Registered(int count)
    {
        var secrets = SampleSecrets.NotShort(count, Seed);
        foreach (var secret in secrets)
            _redactor.Register("any", "field", Plant(secret));
        return secrets;
    }
}
