namespace Rekey.Cli.Stores;

/// <summary>How the files of a store are read and written. Its failures are those of a disk.</summary>
internal interface IStoreDisk
{
    /// <summary>The first <paramref name="most"/> bytes; null when there is no such file.</summary>
    byte[]? Read(string path, int most);

    /// <summary>Puts the content in the place of what was there, at once for every reader and safe from a crash when it returns.</summary>
    void Replace(string path, byte[] content);

    /// <summary>Moves a file to a name that is free.</summary>
    void Move(string path, string free);

    /// <summary>Deletes a file.</summary>
    void Delete(string path);
}
