using Rekey.Files;

namespace Rekey.Cli.Stores;

/// <summary>The disk itself.</summary>
internal sealed class StoreDisk : IStoreDisk
{
    public static StoreDisk Instance { get; } = new();

    public byte[]? Read(string path, int most) => PrivateFiles.Read(path, most);

    public void Replace(string path, byte[] content) => PrivateFiles.Replace(path, content);

    public void Move(string path, string free) => PrivateFiles.Move(path, free);

    public void Delete(string path) => File.Delete(path);
}
