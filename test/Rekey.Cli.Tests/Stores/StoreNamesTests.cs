using Rekey.Cli.Stores;

namespace Rekey.Cli.Tests.Stores;

public sealed class StoreNamesTests
{
    [Theory]
    [InlineData("slack", "slack")]
    [InlineData("Slack", "+slack")]
    [InlineData("mySQL-2.prod_EU", "my+s+q+l-2.prod_+e+u")]
    [InlineData("con", "_con")]
    [InlineData("nul.backup", "_nul.backup")]
    [InlineData("com0", "_com0")]
    [InlineData("lpt9", "_lpt9")]
    [InlineData("COM1", "+c+o+m1")]
    [InlineData("console", "console")]
    [InlineData("com10", "com10")]
    public void A_name_has_its_file(string credential, string file) => Assert.Equal(file, StoreNames.Of(credential));

    [Fact]
    public void No_two_names_share_a_file_where_case_makes_no_difference()
    {
        string[] names = ["con", "Con", "cOn", "CON", "con.a", "con.A", "a", "A", "a.b", "a.B", "A.b", "c-on", "c_on"];

        Assert.Equal(names.Length, names.Select(StoreNames.Of).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../slack")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("+slack")]
    [InlineData("_con")]
    [InlineData("a\0b")]
    [InlineData("ä")]
    public void What_is_no_name_has_no_file(string credential) => Assert.Throws<ArgumentException>(() => StoreNames.Of(credential));
}
