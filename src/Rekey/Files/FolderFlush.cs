using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Rekey.Files;

/// <summary>
/// Brings to the disk which files a folder has: on Unix a rename outlives a loss of power only after that. Windows writes it down on
/// its own. A folder is nothing that .NET opens, so the system is asked.
/// </summary>
internal static class FolderFlush
{
    // Read only, and not handed on to child processes.
    private static readonly int Flags = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Flushes the folder; one that may not be opened is left to the system. A disk that fails is an <see cref="IOException"/>.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = new SafeFileHandle(open(Encoding.UTF8.GetBytes(folder + '\0'), Flags), ownsHandle: true);
        if (!handle.IsInvalid)
            RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);
}
