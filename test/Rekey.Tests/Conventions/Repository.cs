using System.Runtime.CompilerServices;

namespace Rekey.Tests.Conventions;

internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Rekey.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
