namespace Rekey.Files;

/// <summary>
/// A lock between all processes of the machine, and between all who open it in one. It is a file held open: the system frees it when its owner dies, however it dies,
/// and the file itself stays, because whoever deletes a lock file lets two in.
/// </summary>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock. Null where the folder lets nobody make one, which is no reason to stop.</summary>
    public static async Task<FileLock?> AcquireAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(path, out var isHeld) is { } acquired)
                return acquired;
            if (!isHeld)
                return null;
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The same for no longer than <paramref name="limit"/>; then it is a <see cref="TimeoutException"/>.</summary>
    public static async Task<FileLock?> AcquireAsync(string path, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            return await AcquireAsync(path, time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    /// <summary>The lock, or after its time none: for what a human did and nobody must lose.</summary>
    public static async Task<FileLock?> AcquireOrNoneAsync(string path, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await AcquireAsync(path, limit, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Takes the lock if nobody holds it.</summary>
    public static FileLock? TryAcquire(string path, out bool isHeld)
    {
        isHeld = false;
        try
        {
            PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
            return new FileLock(new FileStream(path, PrivateFiles.Options(FileMode.OpenOrCreate)));
        }
        catch (IOException e) when (IsHeldElsewhere(e))
        {
            isHeld = true;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Frees the lock.</summary>
    public void Dispose() => _file.Dispose();

    // The sharing violation of Windows; "would block" of Linux and of macOS.
    private static bool IsHeldElsewhere(IOException e) =>
        OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33 : e.HResult is 11 or 35;
}
