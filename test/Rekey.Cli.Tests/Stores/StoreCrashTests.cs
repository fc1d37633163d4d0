using System.Globalization;
using Rekey.Cli.Stores;
using Rekey.StoreCrash;

namespace Rekey.Cli.Tests.Stores;

/// <summary>A real process is killed before every single step of a write.</summary>
public sealed class StoreCrashTests : StoreTest
{
    private const int Old = 4;
    private const int New = 7;

    [Theory]
    [InlineData("an old record", false)]
    [InlineData("an old record", true)]
    [InlineData("nothing", false)]
    [InlineData("nothing", true)]
    [InlineData("rubbish", false)]
    public async Task A_process_killed_before_any_step_of_a_write_leaves_the_old_record_or_the_new_one_and_a_free_lock(string before, bool isEncrypted)
    {
        if (OperatingSystem.IsWindows())
            return; // the exit code of a killed process is that of Unix
        var seen = new List<string>();
        for (var step = 1; ; step++)
        {
            await PrepareAsync(before, isEncrypted);
            string[] arguments = ["write", Folder, Number(New), Number(step), .. isEncrypted ? [KeyFile()] : Array.Empty<string>()];
            var end = await Crash.RunAsync(arguments);
            seen.Add(await FoundAsync(before, isEncrypted));
            if (end.ExitCode == 0)
                break;
            Assert.Equal((Crash.Killed, ""), (end.ExitCode, end.Errors));
        }

        // It died early enough to leave the old one and late enough to leave the new one, and what was new once stays.
        Assert.Equal("new", seen[^1]);
        Assert.Equal(2, seen.Zip(seen.Skip(1)).Count(static pair => pair.First != pair.Second) + 1);
        Assert.InRange(seen.Count, 7, 20);
    }

    private async Task PrepareAsync(string before, bool isEncrypted)
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        if (before == "nothing")
            return;
        await WriteAsync(TheStore(isEncrypted), Sample.Record(Old));
        await System.IO.File.WriteAllTextAsync(In("slack.json.abcdefgh.ijk.tmp"), "{\"version\":1,", TestContext.Current.CancellationToken);
        if (before == "rubbish")
            await System.IO.File.WriteAllTextAsync(File, "rubbish", TestContext.Current.CancellationToken);
    }

    // What the next process finds: a whole record, a free lock, and a store that it can write.
    private async Task<string> FoundAsync(string before, bool isEncrypted)
    {
        var store = TheStore(isEncrypted);
        using (await store.LockAsync(Name, CancellationToken.None)) // at once: no time passes
        {
            var record = await ReadAsync(store);
            await Passing(store.WriteAsync(Name, Sample.Record(New + 2), CancellationToken.None).AsTask());
            Assert.Equal(New + 2, Sample.NumberOf((await ReadAsync(store))!));
            Assert.Equal(before == "rubbish" ? 2 : 1, Names().Length); // no rest of a writer, and the rubbish just once
            if (record is null)
                return before == "an old record" ? "lost" : "old";
            return Sample.NumberOf(record) switch { Old => "old", New => "new", _ => "torn" };
        }
    }

    private FileCredentialStore TheStore(bool isEncrypted) => Store(isEncrypted ? Key() : null);

    private string KeyFile()
    {
        var file = Beside("key");
        System.IO.File.WriteAllText(file, Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)]));
        return file;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
