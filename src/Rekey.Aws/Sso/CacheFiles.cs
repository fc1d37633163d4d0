namespace Rekey.Aws.Sso;

/// <summary>
/// Cache files on disk. A file is written beside its place and renamed into it, so that nobody reads half of it; where the place is a
/// link, what it names is replaced and the link stays.
/// </summary>
internal sealed class CacheFiles : ICacheFiles
{
    private const int MaxBytes = 1 << 20;

    public static CacheFiles Instance { get; } = new();

    public byte[]? Read(string path)
    {
        try
        {
            // What has no length is not opened: a pipe's opening could wait for ever.
            if (new FileInfo(PlaceOf(path)).Length == 0)
                return [];
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[Math.Min(RandomAccess.GetLength(handle), MaxBytes)];
            var count = 0;
            while (count < content.Length && RandomAccess.Read(handle, content.AsSpan(count), count) is > 0 and var read)
                count += read;
            return content[..count]; // of a file beyond measure a part, which is no JSON
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write(string path, byte[] content)
    {
        MakeFolder(Path.GetDirectoryName(path)!);
        var place = PlaceOf(path);
        var beside = $"{place}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var file = new FileStream(beside, Private(FileMode.CreateNew)))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, place, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Where the file really is: what a link names, be it there or not.</summary>
    public static string PlaceOf(string path) =>
        new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>Makes the folder for its owner alone; the rights of one that exists are its owner's choice.</summary>
    public static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A file that its owner alone may read and that one at a time may open.</summary>
    public static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
