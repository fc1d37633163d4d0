namespace Rekey.Tests.Redaction;

/// <summary>A property held against many random cases; a failure names the seed that repeats it.</summary>
internal static class Property
{
    public static void Holds(int cases, Action<Random> property)
    {
        for (var i = 0; i < cases; i++)
            HoldsWith(Random.Shared.Next(), property);
    }

    /// <summary>The same cases each time: where one in many thousands is known to be beyond what is promised.</summary>
    public static void HoldsForTheFirst(int cases, Action<Random> property)
    {
        for (var seed = 1; seed <= cases; seed++)
            HoldsWith(seed, property);
    }

    private static void HoldsWith(int seed, Action<Random> property)
    {
        try
        {
            property(new Random(seed));
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}: {e.Message}");
        }
    }

    public static string Text(this Random random, string alphabet, int shortest, int longest) =>
        new(random.GetItems(alphabet.AsSpan(), random.Next(shortest, longest + 1)));
}
