using Rekey.Files;

namespace Rekey.Tests.Files;

public sealed class PrivateFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Place => _directory["state.json"];

    public static TheoryData<WriteStep> Steps => [.. Enum.GetValues<WriteStep>()];

    [Fact]
    public void A_file_is_replaced_for_its_owner_alone_and_nothing_stays_beside_it()
    {
        PrivateFiles.Replace(Place, "old"u8);
        PrivateFiles.Replace(Place, "new"u8);

        Assert.Equal("new"u8, PrivateFiles.Read(Place, most: 100)!);
        Assert.Equal([Place], Directory.GetFiles(_directory.Root));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_disk_that_fails_at_any_step_leaves_one_whole_file_and_nothing_beside_it(WriteStep failing)
    {
        PrivateFiles.Replace(Place, "old"u8);

        Assert.Throws<IOException>(() => PrivateFiles.Replace(Place, "new"u8, step =>
        {
            if (step == failing)
                throw new IOException("No space is left.");
        }));

        Assert.Equal(failing is WriteStep.FlushFolder ? "new"u8 : "old"u8, PrivateFiles.Read(Place, most: 100)!);
        Assert.Equal([Place], Directory.GetFiles(_directory.Root));
    }

    [Fact]
    public void The_steps_come_in_their_order()
    {
        var steps = new List<WriteStep>();

        PrivateFiles.Replace(Place, "new"u8, steps.Add);

        Assert.Equal(Enum.GetValues<WriteStep>(), steps);
    }

    [Fact]
    public void A_file_is_read_as_far_as_asked_and_a_missing_one_is_none()
    {
        File.WriteAllText(Place, "abcdef");

        Assert.Equal("abc"u8, PrivateFiles.Read(Place, most: 3)!);
        Assert.Null(PrivateFiles.Read(_directory["other"], most: 3));
        Assert.Null(PrivateFiles.Read(Path.Combine(_directory["nowhere"], "other"), most: 3));
    }

    [Fact]
    public void Leftovers_of_a_writer_are_told_from_the_files_of_others()
    {
        string[] others = ["state.json", "state.lock", "state.json.tmp", "state.json.old", "state.json.other.json", "state.json.other.json.abcdefgh.ijk.tmp", "my.state.json.abcdefgh.ijk.tmp"];
        foreach (var name in others.Append("state.json.abcdefgh.ijk.tmp"))
            File.WriteAllText(_directory[name], "");
        PrivateFiles.Replace(Place, "new"u8, step =>
        {
            if (step is WriteStep.Rename)
                Assert.Equal(2, PrivateFiles.LeftBeside(Place).Count()); // the one that is being written has such a name, too
        });

        Assert.Equal([_directory["state.json.abcdefgh.ijk.tmp"]], PrivateFiles.LeftBeside(Place));
    }

    [Fact]
    public void A_file_is_moved_to_a_free_name_alone()
    {
        File.WriteAllText(Place, "old");
        File.WriteAllText(_directory["taken"], "kept");

        Assert.Throws<IOException>(() => PrivateFiles.Move(Place, _directory["taken"]));
        PrivateFiles.Move(Place, _directory["free"]);

        Assert.Equal(("kept", "old", false), (File.ReadAllText(_directory["taken"]), File.ReadAllText(_directory["free"]), File.Exists(Place)));
    }

    public void Dispose() => _directory.Dispose();
}
