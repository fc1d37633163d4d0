namespace Rekey.Files;

/// <summary>The steps in which <see cref="PrivateFiles.Replace"/> writes. Between any two of them the process may die.</summary>
public enum WriteStep
{
    /// <summary>A file is made beside the place.</summary>
    Create,

    /// <summary>It is filled.</summary>
    Fill,

    /// <summary>Its content is on the disk and not only on the way there.</summary>
    Flush,

    /// <summary>It takes the place.</summary>
    Rename,

    /// <summary>That it took the place is on the disk, too.</summary>
    FlushFolder,
}
