namespace Rekey.Tests.Files;

/// <summary>Tests with a directory of their own, which is gone afterwards.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("rekey-");

    public string Root => _directory.FullName;

    public string this[string name] => Path.Combine(Root, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
