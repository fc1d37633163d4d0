namespace Rekey.Aws.Sso;

/// <summary>How cache files are read and written.</summary>
internal interface ICacheFiles
{
    /// <summary>The content; null when there is no such file.</summary>
    byte[]? Read(string path);

    /// <summary>Puts the content in the place of what was there, at once for every reader.</summary>
    void Write(string path, byte[] content);
}
