using Rekey.Environment;
using Rekey.Testing;

namespace Rekey.Tests.Environment;

public sealed class EnvironmentSourceContractTests : CredentialSourceContract<SecretDocument>
{
    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>
    {
        [Situation.Unreachable] = "The environment is part of the process.",
        [Situation.Forbidden] = "A process may read its own environment.",
        [Situation.Garbage] = "Every text is a value.",
        [Situation.Hanging] = "Reading the environment waits for nobody.",
        [Situation.Expired] = "A variable has no end.",
    };

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        if (Impossible.ContainsKey(situation))
            return null;
        var environment = new FakeEnvironment
        {
            ["TOKEN"] = situation switch
            {
                Situation.Missing => null,
                Situation.Empty => "",
                Situation.Oversized => value.Reveal().PadRight(SecretDocument.MaxBytes + 1, 'x'),
                _ => value.Reveal(),
            },
        };
        return new Arrangement<SecretDocument>(new EnvironmentSource("TOKEN", environment));
    }

    protected override Secret ValueIn(SecretDocument credential) => credential.Content;

    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation is Situation.Missing or Situation.Empty
        ? (FailureKind.Unavailable, "ENVIRONMENT_VARIABLE_MISSING")
        : base.FailureIn(situation);
}
