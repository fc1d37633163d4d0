using Rekey.Files;

namespace Rekey.Aws.Sso;

/// <summary>Cache files on disk. Where the place is a link, what it names is replaced and the link stays.</summary>
internal sealed class CacheFiles : ICacheFiles
{
    private const int MaxBytes = 1 << 20;

    public static CacheFiles Instance { get; } = new();

    // Of a file beyond measure a part, which is no JSON.
    public byte[]? Read(string path) => PrivateFiles.Read(path, MaxBytes);

    public void Write(string path, byte[] content)
    {
        PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
        PrivateFiles.Replace(PrivateFiles.PlaceOf(path), content);
    }
}
