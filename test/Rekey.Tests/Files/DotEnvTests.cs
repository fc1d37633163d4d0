using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

public sealed class DotEnvTests : LeakCheckedTest
{
    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("export A=1", "1")]
    [InlineData("  A = 1 two \t\r\n", "1 two")]
    [InlineData("A=1 # a comment", "1")]
    [InlineData("A=1#no-comment", "1#no-comment")]
    [InlineData("A=#no-comment", "#no-comment")]
    [InlineData("A= # set me", "")]
    [InlineData("A=\t# set me\nB=2", "")]
    [InlineData("A='1'# a comment\nB=2", "1")]
    [InlineData("A=1\rB=2", "1")]
    [InlineData("B=2\rA=1", "1")]
    [InlineData("B=2\r\nA=1\r\n", "1")]
    [InlineData("A='1' \t\rB=2", "1")]
    [InlineData("A=", "")]
    [InlineData("A='1 # 2 $B \\n'  # a comment", "1 # 2 $B \\n")]
    [InlineData("A=\"1\\n2\\t\\\"3\\\" \\$B \\q\"", "1\n2\t\"3\" $B \\q")]
    [InlineData("A=\"first\nsecond\"\nB=2", "first\nsecond")]
    [InlineData("A=1\nA=2", "2")]
    [InlineData("# a comment\n\nA=x=y==", "x=y==")]
    public void A_variable_is_read(string text, string value)
    {
        Assert.True(DotEnv.TryRead(text, out var fields, out _));
        Assert.Equal(value, fields["A"].Reveal());
    }

    [Theory]
    [InlineData("A=1\nS3cr3t-without-a-name\nB=2", "line 2: not NAME=value")]
    [InlineData("=S3cr3t", "line 1: not NAME=value")]
    [InlineData("A=\"one\ntwo\nS3cr3t", "line 1: a quote that is never closed")]
    [InlineData("A='S3cr3t", "line 1: a quote that is never closed")]
    [InlineData("A=\"1\n2\"\nS3cr3t!", "line 3: not NAME=value")]
    [InlineData("A='1'\nTOKEN='S3cr3t'\"'\"'more'\n", "line 2: TOKEN: something stands behind the closing quote")]
    [InlineData("TOKEN=\"S3cr3t\"y", "line 1: TOKEN: something stands behind the closing quote")]
    [InlineData("TOKEN='1' S3cr3t # a comment", "line 1: TOKEN: something stands behind the closing quote")]
    [InlineData("A=1\rB=2\r\nC=3\nS3cr3t", "line 4: not NAME=value")]
    [InlineData("A='1\r2\r\n3'\rS3cr3t", "line 4: not NAME=value")]
    [InlineData("# nothing", "content: no line NAME=value")]
    public void What_is_no_variable_is_told_by_its_line_and_not_repeated(string text, string problem)
    {
        Plant("S3cr3t");

        Assert.False(DotEnv.TryRead(text, out _, out var problems));

        Assert.Equal([problem], problems);
        Observe(string.Join(';', problems));
    }

    [Theory]
    [InlineData(".env", FileFormat.Env)]
    [InlineData(".env.production", FileFormat.Env)]
    [InlineData("service.env", FileFormat.Env)]
    [InlineData("environment", FileFormat.Text)]
    [InlineData("token.envelope", FileFormat.Text)]
    [InlineData("env", FileFormat.Text)]
    public void The_name_of_a_file_says_what_it_is(string name, FileFormat format) => Assert.Equal(format, FileFormats.Of("/etc/" + name));

    [Fact]
    public async Task A_file_of_variables_is_a_document()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Root, "service.env");
        await File.WriteAllTextAsync(file, "USER=orders\nPASSWORD='p w'\n", TestContext.Current.CancellationToken);

        var answer = await new FileSource(file, TimeProvider.System).FetchAsync(new(RefreshTrigger.Demand, null), default);
        var verbatim = await new FileSource(file, TimeProvider.System, format: FileFormat.Text).FetchAsync(new(RefreshTrigger.Demand, null), default);

        Assert.Equal(("orders", "p w"), (answer.Credential.Field("USER")!.Value.Reveal(), answer.Credential.Field("PASSWORD")!.Value.Reveal()));
        Assert.Equal("USER=orders\nPASSWORD='p w'", verbatim.Credential.Content.Reveal());
    }
}
