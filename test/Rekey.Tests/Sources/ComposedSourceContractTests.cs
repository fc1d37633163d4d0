using Rekey.Testing;

namespace Rekey.Tests.Sources;

public sealed class ComposedSourceContractTests : CredentialSourceContract<SecretDocument>
{
    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>();

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        var inner = ScriptedDocuments.In(situation, value, DocumentOf);
        var other = new ScriptedDocuments("scripted://other") { OnFetch = ScriptedDocuments.Answers(SecretDocument.FromText(Plant("value-of-the-other"))) };
        return new Arrangement<SecretDocument>(new ComposedSource(new Dictionary<string, (CredentialSource<SecretDocument>, string?)>
        {
            ["cookie"] = (other, null),
            ["token"] = (inner, "token"),
        }))
        {
            Change = newer =>
            {
                inner.OnFetch = ScriptedDocuments.Answers(DocumentOf(newer));
                return Task.CompletedTask;
            },
        };
    }

    protected override Secret ValueIn(SecretDocument credential)
    {
        Assert.Equal("value-of-the-other", credential.Field("cookie")?.Reveal());
        return credential.Field("token")!.Value;
    }

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation is Situation.Empty
        ? (FailureKind.Invalid, "SECRET_INVALID")
        : base.FailureIn(situation);

    private static SecretDocument DocumentOf(Secret value) => SecretDocument.FromFields([new("token", value)]);
}
