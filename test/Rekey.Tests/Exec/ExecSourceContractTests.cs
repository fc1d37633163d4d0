using System.Runtime.Versioning;
using Rekey.Exec;
using Rekey.Testing;
using Rekey.Tests.Files;

namespace Rekey.Tests.Exec;

[UnsupportedOSPlatform("windows")]
public sealed class ExecSourceContractTests : CredentialSourceContract<SecretDocument>
{
    private readonly TemporaryDirectory _directory = new();

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>
    {
        [Situation.Expired] = "What a command prints says nothing of an end.",
    };

    // Which of its own reasons made a command fail is not known: it ended with a code.
    protected override (FailureKind Kind, string Code) FailureIn(Situation situation) => situation switch
    {
        Situation.Forbidden => (FailureKind.Refused, "SOURCE_REFUSED"),
        _ => base.FailureIn(situation),
    };

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        var file = _directory[$"{situation}-{Guid.NewGuid():N}"];
        if (situation is Situation.Present or Situation.Garbage)
            File.WriteAllText(file, value.Reveal() + "\n");
        string[]? command = situation switch
        {
            Situation.Present or Situation.Missing => ["cat", file],
            Situation.Unreachable => ["sh", "-c", $"echo 'no answer for {value.Reveal()}' >&2; exit 7"],
            Situation.Forbidden => [_directory.Root],
            Situation.Empty => ["true"],
            Situation.Garbage => ["sh", "-c", $"cat {file}; printf '\\377'"],
            Situation.Oversized => ["sh", "-c", $"printf {value.Reveal()}; head -c 1048577 /dev/zero"],
            Situation.Hanging => ["sleep", "600"],
            _ => null,
        };
        return command is null ? null : new Arrangement<SecretDocument>(new ExecSource(new ExecOptions { Command = command, Environment = static name => name == "PATH" ? "/usr/bin:/bin" : null }))
        {
            Change = newer => File.WriteAllTextAsync(file, newer.Reveal()),
        };
    }

    protected override Secret ValueIn(SecretDocument credential) => credential.Content;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}
