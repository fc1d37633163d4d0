using System.Text;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

/// <summary>
/// Real files, written while they are read. The clock of the reader stands while a writer is between two steps: what is asked of a
/// writer is that it takes no pause of ten milliseconds in the middle of a document.
/// </summary>
public sealed class TornWriteTests : LeakCheckedTest
{
    private const int Rotations = 300;
    private const int Documents = 40;

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();
    private int _looks;

    [Fact]
    public async Task A_document_is_never_read_half_while_its_writer_takes_a_step_at_every_look()
    {
        var path = _directory["login.json"];
        File.WriteAllText(path, Login(1));
        var steps = new Queue<Action>(
        [
            static () => { },
            () => File.WriteAllText(path, ""),
            () => File.WriteAllText(path, Login(2)[..20]),
            () => File.AppendAllText(path, Login(2)[20..]),
        ]);
        var source = new FileSource(path, _time, reference: null, Logger, (file, limit) =>
        {
            if (steps.TryDequeue(out var step))
                step();
            return FileContent.Read(file, limit);
        });

        Assert.Equal(Login(2), await FetchAsync(source));
    }

    [Theory]
    [InlineData("in place")]
    [InlineData("by rename")]
    public async Task User_name_and_password_of_one_document_never_part_over_many_rotations(string way)
    {
        var path = _directory["login.json"];
        File.WriteAllText(path, Login(0));
        Action<string, string> write = way == "in place" ? WriteInPlace : WriteByRename;
        var source = new FileSource(path, _time, reference: null, Logger, (file, limit) =>
        {
            var content = FileContent.Read(file, limit);
            Interlocked.Increment(ref _looks);
            return content;
        });
        var read = new List<string>();
        var written = 0;

        var reader = Task.Run(async () =>
        {
            while (read.Count < Documents || Volatile.Read(ref written) < Rotations)
            {
                if (await TryFetchAsync(source) is { } document)
                    read.Add(document);
            }
        });
        for (var turn = 0; !reader.IsCompleted; turn++)
        {
            // A pause after every few rotations lets two looks agree now and then.
            if (turn % 8 < 2)
            {
                write(path, Login(written + 1));
                Interlocked.Increment(ref written);
            }
            await Task.Yield();
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }
        await reader;

        Assert.All(read, document =>
        {
            var number = document.Split('"')[3]["user-".Length..];
            Assert.Equal(Login(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)), document);
        });
        Assert.True(read.Distinct().Count() > 1, "Nothing was rotated while the reader read.");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    private static string Login(int number) => $$"""{"username":"user-{{number}}","password":"password-{{number}}","filler":"{{new string('x', number % 512)}}"}""";

    // Between its two steps the writer gives a look that is under way the chance to see the half.
    private void WriteInPlace(string path, string content)
    {
        var looks = Volatile.Read(ref _looks);
        var bytes = Encoding.UTF8.GetBytes(content);
        using var file = new FileStream(path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(bytes, 0, bytes.Length / 2);
        SpinWait.SpinUntil(() => Volatile.Read(ref _looks) > looks, TimeSpan.FromMilliseconds(1));
        file.Write(bytes, bytes.Length / 2, bytes.Length - (bytes.Length / 2));
    }

    private static void WriteByRename(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    private async Task<string?> TryFetchAsync(FileSource source)
    {
        try
        {
            var answer = await source.FetchAsync(new(RefreshTrigger.Schedule, null), TestContext.Current.CancellationToken);
            return answer.Credential.Content.Reveal();
        }
        catch (CredentialException e)
        {
            Assert.Equal("SOURCE_UNAVAILABLE", Observe(e).Error.Code);
            return null;
        }
    }

    private async Task<string?> FetchAsync(FileSource source) =>
        await Until.Done(TryFetchAsync(source), _time, TimeSpan.FromMilliseconds(10));
}
