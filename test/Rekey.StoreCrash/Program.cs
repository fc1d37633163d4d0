using System.Globalization;
using Rekey;
using Rekey.Cli;
using Rekey.Cli.Stores;
using Rekey.Redaction;
using Rekey.StoreCrash;

// hold FOLDER                       takes the lock and keeps it until it is killed
// count FOLDER TIMES                 refreshes so often, each time under the lock
// throw FOLDER                      dies of an exception that nobody catches, on a thread of its own
// write FOLDER NUMBER STEP [KEY]     writes a record and is killed before that step; KEY names the file of a store key
var (command, folder) = (args[0], args[1]);
var store = new FileCredentialStore(new FileStoreOptions
{
    Folder = folder,
    Key = args.Length > 4 ? new StoreKey(async cancellationToken => new Secret(await File.ReadAllTextAsync(args[4], cancellationToken).ConfigureAwait(false))) : null,
    Disk = command == "write" ? new DyingDisk(Number(3)) : StoreDisk.Instance,
});

switch (command)
{
    case "hold":
        using (await store.LockAsync(Sample.Credential, CancellationToken.None).ConfigureAwait(false))
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System).ConfigureAwait(false);
        break;
    case "throw":
        using (var terminal = Terminal.Open(new SecretRedactor()))
        {
            LastResort.StandBy(terminal);
            new Thread(static () => throw new InvalidOperationException("what only a secret says")).Start();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System).ConfigureAwait(false);
        }
        break;
    case "count":
        for (var turn = 0; turn < Number(2); turn++)
        {
            using var held = await store.LockAsync(Sample.Credential, CancellationToken.None).ConfigureAwait(false);
            var number = await store.ReadAsync(Sample.Credential, CancellationToken.None).ConfigureAwait(false) is { } record ? Sample.NumberOf(record) : 0;
            await store.WriteAsync(Sample.Credential, Sample.Record(number!.Value + 1), CancellationToken.None).ConfigureAwait(false);
        }
        break;
    default:
        using (await store.LockAsync(Sample.Credential, CancellationToken.None).ConfigureAwait(false))
            await store.WriteAsync(Sample.Credential, Sample.Record(Number(2)), CancellationToken.None).ConfigureAwait(false);
        break;
}

int Number(int argument) => int.Parse(args[argument], CultureInfo.InvariantCulture);
