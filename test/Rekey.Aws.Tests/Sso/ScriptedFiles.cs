using Rekey.Aws.Sso;

namespace Rekey.Aws.Tests.Sso;

/// <summary>A disk that does what a test says: tests may run as a user whom no access right stops.</summary>
internal sealed class ScriptedFiles : ICacheFiles
{
    public Func<string, byte[]?>? OnRead { get; init; }

    /// <summary>Whether nothing can be written.</summary>
    public bool IsReadOnly { get; set; }

    public int Writes { get; private set; }

    public byte[]? Read(string path) => OnRead is { } read ? read(path) : CacheFiles.Instance.Read(path);

    public void Write(string path, byte[] content)
    {
        Writes++;
        if (IsReadOnly)
            throw new UnauthorizedAccessException("Nothing can be written here.");
        CacheFiles.Instance.Write(path, content);
    }
}
