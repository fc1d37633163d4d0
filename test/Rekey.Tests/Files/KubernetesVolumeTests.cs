using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

/// <summary>A mounted secret under the kubelet's own protocol: nothing torn, everything noticed, nothing twice.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KubernetesVolumeTests : LeakCheckedTest
{
    private const int Reads = 100_000;
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_pair_of_keys_is_never_torn_in_a_hundred_thousand_reads_under_constant_publishing()
    {
        var volume = new KubernetesVolume(_directory.Root);
        volume.Publish(Pair(0));
        var reader = new PathReader(_directory.Root, "file:///mount", FileFormat.Text, FileContent.Read);
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(() =>
        {
            for (var i = 1; !stop.IsCancellationRequested; i++)
                volume.Publish(Pair(i));
        });

        var (torn, failed) = (0, 0);
        for (var i = 0; i < Reads; i++)
        {
            if (reader.Read().Document is not { } document)
                failed++;
            else if (document.Field("username")!.Value.Reveal()["user-".Length..] != document.Field("password")!.Value.Reveal()["password-".Length..])
                torn++;
        }
        await stop.CancelAsync();
        await publishing;

        Assert.Equal(0, torn);
        Assert.True(volume.Publications > 100, $"{volume.Publications} publications");
        // A look that met five publications in a row is repeated by the source; that is rare.
        Assert.True(failed < Reads / 10, $"{failed} of {Reads} looks found no steady publication");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_publication_is_noticed_and_none_twice(bool isWatched)
    {
        var volume = new KubernetesVolume(_directory.Root);
        volume.Publish(Pair(0));
        var time = new ManualTimeProvider();
        var source = new FileSource(
            _directory.Root, time, "file:///mount", Logger, FileContent.Read,
            open: isWatched ? null : static _ => throw new IOException("The limit of inotify instances is reached."));
        await using var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "orders",
            Kind = "document",
            Source = source,
            Time = time,
            Logger = Logger,
            Policy = new RefreshPolicy { ObserveWindow = TimeSpan.Zero },
        });
        var seen = new ConcurrentQueue<string>();
        credential.Published += lease => seen.Enqueue(((Lease<SecretDocument>)lease).Credential.Field("username")!.Value.Reveal());
        var registry = new CredentialRegistry();
        registry.Add(credential);
        using var stop = new CancellationTokenSource();
        var loop = new CredentialRefresher(registry, time, Logger).RunAsync(stop.Token);
        await Until.True(() => seen.Count == 1);

        for (var i = 1; i <= 20; i++)
        {
            // Whatever is announced, the next look is near: ten seconds are the promise.
            await Until.True(() => !credential.IsRefreshing);
            Assert.InRange(credential.Status.NextAttemptAt!.Value - time.GetUtcNow(), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(6));
            volume.Publish(Pair(i));
            await Until.True(() => seen.Count == i + 1, time, TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(Enumerable.Range(0, 21).Select(static i => $"user-{i}"), seen);
        Assert.Equal(isWatched ? null : "FILE_NOT_WATCHED", credential.Status.Warning?.Code);
        await stop.CancelAsync();
        await Until.Done(loop, time, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_handle_that_goes_stale_with_its_publication_is_opened_anew()
    {
        new KubernetesVolume(_directory.Root).Publish(Pair(1));
        var looks = 0;
        Reading Read(int stale) => new PathReader(_directory.Root, "file:///mount", FileFormat.Text, (file, limit) =>
            ++looks <= stale ? throw new IOException("Stale file handle") : FileContent.Read(file, limit)).Read();

        Assert.Equal("password-1", Read(stale: 4).Document?.Field("password")!.Value.Reveal());
        Assert.Equal("SOURCE_UNAVAILABLE", Read(stale: int.MaxValue).Error?.Code);
    }

    [Fact]
    public async Task A_volume_that_is_published_all_the_time_is_read_in_a_pause()
    {
        var volume = new KubernetesVolume(_directory.Root);
        volume.Publish(new Dictionary<string, string> { ["password"] = "password-0" });
        var time = new ManualTimeProvider();
        var looks = 0;
        var source = new FileSource(_directory.Root, time, "file:///mount", Logger, (file, limit) =>
        {
            var content = FileContent.Read(file, limit);
            if (++looks <= 12)
                volume.Publish(new Dictionary<string, string> { ["password"] = $"password-{looks}" });
            return content;
        });

        var answer = await Until.Done(source.FetchAsync(new(RefreshTrigger.Demand, null), default).AsTask(), time, TimeSpan.FromMilliseconds(10));

        Assert.Equal("password-12", answer.Credential.Field("password")!.Value.Reveal());
        Assert.Equal(13, looks);
    }

    [Fact]
    public async Task One_key_of_a_mount_is_read_through_its_links()
    {
        var volume = new KubernetesVolume(_directory.Root);
        volume.Publish(Pair(7));

        var answer = await new FileSource(Path.Combine(_directory.Root, "password"), TimeProvider.System).FetchAsync(new(RefreshTrigger.Demand, null), default);

        Assert.Equal("password-7", answer.Credential.Content.Reveal());
    }

    [Fact]
    public void A_file_that_is_mounted_by_itself_is_told_because_a_new_one_is_never_seen()
    {
        var file = Path.Combine(_directory.Root, "token with space");
        File.WriteAllText(file, "value");
        FileSource Over(string table) => new(
            file, TimeProvider.System, "file:///token", Logger, FileContent.Read, mounts: () => table);
        var line = $"36 35 98:0 /secret {file.Replace(" ", "\\040", StringComparison.Ordinal)} rw,noatime master:1 - ext4 /dev/root rw";

        Assert.Equal("FILE_MOUNTED_ALONE", Over("1 1 0:1 / / rw\n" + line).Warning!.Code);
        Assert.Null(Over("1 1 0:1 / / rw\n" + line.Replace("token", "other", StringComparison.Ordinal)).Warning);
        Assert.Null(Over("nonsense").Warning);
        Assert.Null(new FileSource(file, TimeProvider.System).Warning);
    }

    [Fact]
    public void A_file_that_is_mounted_by_itself_is_told_by_whichever_links_it_is_named()
    {
        var real = Directory.CreateDirectory(Path.Combine(_directory.Root, "run", "secrets")).FullName;
        File.WriteAllText(Path.Combine(real, "token"), "value");
        File.CreateSymbolicLink(Path.Combine(_directory.Root, "var"), "."); // as /var/run names /run
        File.CreateSymbolicLink(Path.Combine(_directory.Root, "token"), Path.Combine("var", "run", "secrets", "token"));
        string? Told(params string[] path) => new FileSource(
            Path.Combine([_directory.Root, .. path]), TimeProvider.System, "file:///token", Logger, FileContent.Read,
            mounts: () => $"36 35 98:0 /secret {Path.Combine(real, "token")} rw,noatime master:1 - ext4 /dev/root rw").Warning?.Code;

        Assert.Equal("FILE_MOUNTED_ALONE", Told("run", "secrets", "token"));
        Assert.Equal("FILE_MOUNTED_ALONE", Told("var", "run", "secrets", "token"));
        Assert.Equal("FILE_MOUNTED_ALONE", Told("var", "var", "token"));
        Assert.Null(Told("var", "run", "secrets", "other"));
    }

    private static Dictionary<string, string> Pair(int number) => new() { ["username"] = $"user-{number}", ["password"] = $"password-{number}" };
}
