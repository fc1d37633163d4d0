namespace Rekey.Files;

/// <summary>
/// Files that their owner alone may read. One is written beside its place and renamed into it, so that nobody reads half of it and a
/// crash at any moment leaves the old one or the new one.
/// </summary>
public static class PrivateFiles
{
    private const string Temporary = ".tmp";

    /// <summary>
    /// The first <paramref name="most"/> bytes; null when there is no such file. It shuts no writer out, and what has no length is empty
    /// and not opened: a pipe's opening could wait for ever.
    /// </summary>
    public static byte[]? Read(string path, int most)
    {
        try
        {
            if (new FileInfo(PlaceOf(path)).Length == 0)
                return [];
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[Math.Min(RandomAccess.GetLength(handle), most)];
            var count = 0;
            while (count < content.Length && RandomAccess.Read(handle, content.AsSpan(count), count) is > 0 and var read)
                count += read;
            return content[..count];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Puts the content in the place of what was there, at once for every reader and safe from a crash when it returns.
    /// <paramref name="before"/> sees each step coming; what it throws ends the writing as a failing disk does.
    /// </summary>
    public static void Replace(string path, ReadOnlySpan<byte> content, Action<WriteStep>? before = null)
    {
        before?.Invoke(WriteStep.Create);
        var beside = $"{path}.{Path.GetRandomFileName()}{Temporary}";
        try
        {
            using (var file = new FileStream(beside, Options(FileMode.CreateNew)))
            {
                before?.Invoke(WriteStep.Fill);
                file.Write(content);
                before?.Invoke(WriteStep.Flush);
                file.Flush(flushToDisk: true);
            }
            before?.Invoke(WriteStep.Rename);
            File.Move(beside, path, overwrite: true);
            before?.Invoke(WriteStep.FlushFolder);
            FolderFlush.Flush(Path.GetDirectoryName(path)!);
        }
        catch
        {
            TryDelete(beside);
            throw;
        }
    }

    /// <summary>Moves a file to a name that is free, safe from a crash when it returns.</summary>
    public static void Move(string path, string free)
    {
        File.Move(path, free, overwrite: false);
        FolderFlush.Flush(Path.GetDirectoryName(free)!);
    }

    /// <summary>What writers that died on the way to <paramref name="path"/> left beside it. One that lives may be among them unless a lock keeps writers apart.</summary>
    public static IEnumerable<string> LeftBeside(string path)
    {
        var name = Path.GetFileName(path) + ".";
        var length = name.Length + Path.GetRandomFileName().Length + Temporary.Length; // another file's name may begin with ours
        return Directory.EnumerateFiles(Path.GetDirectoryName(path)!).Where(file =>
        {
            var other = Path.GetFileName(file.AsSpan());
            return other.Length == length && other.StartsWith(name, StringComparison.Ordinal) && other.EndsWith(Temporary, StringComparison.Ordinal);
        });
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
        FolderFlush.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>How to open a file that its owner alone may read and that one at a time may open.</summary>
    public static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    // What cannot be deleted either is no more than a leftover: the failure that led here is the one to tell.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
