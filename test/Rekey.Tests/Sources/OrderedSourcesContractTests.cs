using Rekey.Testing;

namespace Rekey.Tests.Sources;

/// <summary>Two sources in order, the first unavailable: what the second meets is the answer of both.</summary>
public sealed class OrderedSourcesContractTests : CredentialSourceContract<SecretDocument>
{
    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>
    {
        [Situation.Empty] = "It does not look into documents; who reads them does.",
        [Situation.Garbage] = "It does not look into documents; who reads them does.",
    };

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        if (Impossible.ContainsKey(situation))
            return null;
        var first = ScriptedDocuments.In(Situation.Unreachable, default, SecretDocument.FromText);
        var second = ScriptedDocuments.In(situation, value, SecretDocument.FromText);
        return new Arrangement<SecretDocument>(new OrderedSources<SecretDocument>([first, second]))
        {
            Change = newer =>
            {
                second.OnFetch = ScriptedDocuments.Answers(SecretDocument.FromText(newer));
                return Task.CompletedTask;
            },
        };
    }

    protected override Secret ValueIn(SecretDocument credential) => credential.Content;
}
