using Rekey.Files;

namespace Rekey.Cli.Stores;

/// <summary>The folder of the records, which its owner alone may enter.</summary>
internal sealed class StoreFolder(string path)
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Makes the folder if need be.</summary>
    public void Make()
    {
        try
        {
            PrivateFiles.MakeFolder(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NoFolder(Path, e);
        }
        Close();
    }

    /// <summary>Shuts others out of the folder, if it is there. Only its owner may do that: a folder of somebody else is not used.</summary>
    public void Close()
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(Path))
            return;
        try
        {
            var mode = File.GetUnixFileMode(Path);
            if ((mode & Others) != 0)
                File.SetUnixFileMode(Path, mode & ~Others);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.NoFolder(Path, e);
        }
    }
}
