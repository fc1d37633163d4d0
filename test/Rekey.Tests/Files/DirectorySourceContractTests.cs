using System.Text;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

/// <summary>A directory with one file a field keeps the same contract as a file.</summary>
public sealed class DirectorySourceContractTests : CredentialSourceContract<SecretDocument>
{
    private readonly TemporaryDirectory _directory = new();

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>
    {
        [Situation.Unreachable] = "Shown with a single file; the reading is the same.",
        [Situation.Forbidden] = "Shown with a single file; the reading is the same.",
        [Situation.Hanging] = "Shown with a single file; the reading is the same.",
        [Situation.Expired] = "A file says nothing of an end.",
    };

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        if (Impossible.ContainsKey(situation))
            return null;
        var path = _directory[$"{situation}-{Guid.NewGuid():N}"];
        var key = Path.Combine(path, "password");
        if (situation is not Situation.Missing)
            Directory.CreateDirectory(path);
        if (situation is Situation.Present)
            File.WriteAllText(key, value.Reveal() + "\n");
        else if (situation is Situation.Garbage)
            File.WriteAllBytes(key, [.. Encoding.UTF8.GetBytes(value.Reveal()), 0xC3]);
        else if (situation is Situation.Oversized)
            File.WriteAllText(key, value.Reveal().PadRight(SecretDocument.MaxBytes + 1, 'x'));
        return new Arrangement<SecretDocument>(new FileSource(path, TimeProvider.System, logger: Logger))
        {
            Change = newer =>
            {
                Directory.CreateDirectory(path);
                return File.WriteAllTextAsync(key, newer.Reveal());
            },
        };
    }

    protected override Secret ValueIn(SecretDocument credential) => credential.Field("password")!.Value;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}
