using System.Runtime.InteropServices;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The one file that <c>scripts/publish</c> makes, with nothing beside it.</summary>
internal static class PublishedFile
{
    private static readonly string Folder =
        System.IO.Path.Combine(Repository.Root, "artifacts", "publish", "Rekey.Cli", $"release_{RuntimeInformation.RuntimeIdentifier}");

    /// <summary>Where it is. A test that asks is skipped when nothing is published.</summary>
    public static string Path
    {
        get
        {
            Assert.SkipUnless(Directory.Exists(Folder), "Nothing is published: scripts/publish does that, and scripts/test before it runs the tests.");
            return Assert.Single(Directory.GetFileSystemEntries(Folder));
        }
    }
}
