using System.Runtime.CompilerServices;

namespace Rekey.Testing;

/// <summary>The files of this repository, for tests that compare what is written with what is done.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Rekey.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
