using System.Diagnostics;
using Rekey.Cli.Stores;
using Rekey.Files;

namespace Rekey.StoreCrash;

/// <summary>A disk whose process is killed right before one of its steps, with no chance to clean up.</summary>
internal sealed class DyingDisk(int last) : IStoreDisk
{
    private int _steps;

    public byte[]? Read(string path, int most)
    {
        Step();
        return StoreDisk.Instance.Read(path, most);
    }

    public void Replace(string path, byte[] content) => PrivateFiles.Replace(path, content, _ => Step());

    public void Move(string path, string free)
    {
        Step();
        StoreDisk.Instance.Move(path, free);
    }

    public void Delete(string path)
    {
        Step();
        StoreDisk.Instance.Delete(path);
    }

    // On Unix it is SIGKILL.
    private void Step()
    {
        if (++_steps != last)
            return;
        using var process = Process.GetCurrentProcess();
        process.Kill();
    }
}
