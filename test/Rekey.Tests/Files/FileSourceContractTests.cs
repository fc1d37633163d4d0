using System.Text;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

public sealed class FileSourceContractTests : CredentialSourceContract<SecretDocument>
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualResetEventSlim _hang = new();

    protected override IReadOnlyDictionary<Situation, string> Impossible { get; } = new Dictionary<Situation, string>
    {
        [Situation.Expired] = "A file says nothing of an end.",
    };

    protected override Arrangement<SecretDocument>? Arrange(Situation situation, Secret value)
    {
        var path = _directory[$"{situation}-{Guid.NewGuid():N}"];
        switch (situation)
        {
            case Situation.Present:
                File.WriteAllText(path, value.Reveal() + "\n");
                break;
            case Situation.Missing:
                break;
            case Situation.Empty:
                File.WriteAllText(path, "");
                break;
            case Situation.Garbage:
                File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes(value.Reveal()), 0xC3]);
                break;
            case Situation.Oversized:
                File.WriteAllText(path, value.Reveal().PadRight(SecretDocument.MaxBytes + 1, 'x'));
                break;
            case Situation.Unreachable:
                return Scripted(path, static () => throw new IOException("The disk is full of value-in-Unreachable-content."));
            case Situation.Forbidden:
                // Tests may run as a user whom no access right stops, so the refusal is played.
                return Scripted(path, static () => throw new UnauthorizedAccessException("value-in-Forbidden-content"));
            case Situation.Hanging:
                return Scripted(path, _hang.Wait);
            default:
                return null;
        }
        return new Arrangement<SecretDocument>(new FileSource(path, TimeProvider.System, logger: Logger))
        {
            Change = newer => File.WriteAllTextAsync(path, newer.Reveal()),
        };
    }

    protected override Secret ValueIn(SecretDocument credential) => credential.Content;

    public override async ValueTask DisposeAsync()
    {
        _hang.Set();
        await base.DisposeAsync();
        _directory.Dispose();
    }

    private Arrangement<SecretDocument> Scripted(string path, Action look)
    {
        FileContent? Look(string file, int limit)
        {
            look();
            return FileContent.Read(file, limit);
        }

        return new Arrangement<SecretDocument>(new FileSource(path, TimeProvider.System, reference: null, Logger, Look));
    }
}
