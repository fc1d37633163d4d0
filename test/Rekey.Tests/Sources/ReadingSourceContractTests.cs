using Rekey.Testing;

namespace Rekey.Tests.Sources;

public sealed class ReadingSourceContractTests : CredentialSourceContract<SecretValue>
{
    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>();

    protected override Arrangement<SecretValue>? Arrange(Situation situation, Secret value)
    {
        var inner = ScriptedDocuments.In(situation, value, DocumentOf);
        return new Arrangement<SecretValue>(
            new ReadingSource<SecretValue>(inner, static document => SecretValueReader.Read(document, "token", "scripted://documents")))
        {
            Change = newer =>
            {
                inner.OnFetch = ScriptedDocuments.Answers(DocumentOf(newer));
                return Task.CompletedTask;
            },
        };
    }

    protected override Secret ValueIn(SecretValue credential) => credential.Value;

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation is Situation.Empty
        ? (FailureKind.Invalid, "SECRET_INVALID")
        : base.FailureIn(situation);

    private static SecretDocument DocumentOf(Secret value) => SecretDocument.FromText(new Secret($$"""{"token":"{{value.Reveal()}}"}"""));
}
