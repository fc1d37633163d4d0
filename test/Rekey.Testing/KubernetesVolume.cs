using System.Runtime.InteropServices;
using System.Text;

namespace Rekey.Testing;

/// <summary>
/// A directory that is published as the kubelet does it (its AtomicWriter): the payload in a directory of its own, a link to it made beside,
/// renamed over <c>..data</c> in one step, and the previous payload deleted at once. The visible names are links through <c>..data</c>.
/// </summary>
public sealed class KubernetesVolume(string path)
{
    private string? _payload;
    private int _publications;

    public string Path => path;

    public int Publications => Volatile.Read(ref _publications);

    public void Publish(IReadOnlyDictionary<string, string> files)
    {
        var payload = $"..2026_11_21_{Interlocked.Increment(ref _publications):D9}";
        Directory.CreateDirectory(In(payload));
        foreach (var (name, content) in files)
            File.WriteAllText(System.IO.Path.Combine(In(payload), name), content);
        File.CreateSymbolicLink(In("..data_tmp"), payload);
        if (Rename(Zero(In("..data_tmp")), Zero(In("..data"))) != 0)
            throw new IOException($"rename: {Marshal.GetLastPInvokeError()}");
        foreach (var name in files.Keys.Where(name => !File.Exists(In(name))))
            File.CreateSymbolicLink(In(name), System.IO.Path.Combine("..data", name));
        if (_payload is not null)
            Directory.Delete(In(_payload), recursive: true);
        _payload = payload;
    }

    private string In(string name) => System.IO.Path.Combine(path, name);

    private static byte[] Zero(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    // File.Move does not replace a link by a link in one step.
    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename(byte[] from, byte[] to);
}
