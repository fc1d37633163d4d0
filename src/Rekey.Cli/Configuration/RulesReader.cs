using System.Text.Json;

namespace Rekey.Cli.Configuration;

/// <summary>Reads the rules of a value.</summary>
internal sealed class RulesReader(ProblemList problems)
{
    private const int MostCharacters = 1 << 20;

    public SecretRules? Read(JsonElement element, string path)
    {
        if (StrictObject.Read(element, path, KeySet.Rules, problems) is not { } rules)
            return null;
        return new SecretRules
        {
            MinLength = rules.Number("minLength", 1, MostCharacters),
            StartsWith = rules.Text("startsWith"),
            Pattern = PatternOf(rules),
        };
    }

    private string? PatternOf(StrictObject rules)
    {
        if (rules.Text("pattern") is not { } pattern || SecretRules.IsPattern(pattern))
            return rules.Text("pattern");
        problems.Add(rules.PathOf("pattern"), "It is no pattern that can be used: a regular expression without look-around and back-references is needed.");
        return null;
    }
}
