namespace Rekey.Tests.Redaction;

/// <summary>A property held against many random cases; a failure names the seed that repeats it.</summary>
internal static class Property
{
    public static void Holds(int cases, Action<Random> property)
    {
        for (var i = 0; i < cases; i++)
        {
            var seed = Random.Shared.Next();
            try
            {
                property(new Random(seed));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e.Message}");
            }
        }
    }

    public static string Text(this Random random, string alphabet, int shortest, int longest) =>
        new(random.GetItems(alphabet.AsSpan(), random.Next(shortest, longest + 1)));
}
