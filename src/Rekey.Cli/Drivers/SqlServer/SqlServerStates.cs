namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>SQL Server numbers its errors and knows no SQLSTATE: those that an agent can do something about, in the words of the others.</summary>
internal static class SqlServerStates
{
    public static string? Of(int number) => number switch
    {
        102 or 103 or 105 or 156 or 319 => "42601",
        207 => "42S22",
        208 => "42S02",
        209 => "42702",
        195 or 4121 => "42883",
        8120 => "42803",
        206 or 402 or 529 => "42804",
        8134 => "22012",
        220 or 8115 => "22003",
        241 or 242 => "22007",
        245 or 8114 => "22018",
        512 => "21000",
        1205 => "40001",
        701 => "53200",
        _ => null,
    };
}
