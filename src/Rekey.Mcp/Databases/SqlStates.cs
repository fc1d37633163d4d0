namespace Rekey.Mcp.Databases;

/// <summary>The standard's codes in our own words: the engine's text is not repeated, and a bare code helps nobody.</summary>
internal static class SqlStates
{
    public static string Meaning(string sqlState) => sqlState switch
    {
        "42601" => "a syntax error",
        "42703" or "42S22" => "a column that does not exist",
        "42P01" or "42S02" => "a table that does not exist",
        "42883" => "a function or operator that does not exist for these types",
        "42702" => "a column name that is ambiguous",
        "42803" => "a column that must be grouped or aggregated",
        "42804" => "types that do not match",
        "42P10" => "an invalid column reference",
        "42P18" => "a type that cannot be determined",
        "3F000" => "a schema that does not exist",
        "22012" => "a division by zero",
        "22003" => "a number out of range",
        "22007" or "22008" => "a date or time that is not valid",
        "22P02" or "22018" => "a text that is not valid for its type",
        "21000" => "a subquery that returned more than one row",
        "40001" or "40P01" => "a conflict with another transaction",
        "53200" => "too little memory",
        "54001" => "a statement that is too complex",
        "0A000" => "a feature that the engine does not have",
        _ when sqlState.StartsWith("42", StringComparison.Ordinal) => "a syntax error or an unknown name",
        _ when sqlState.StartsWith("22", StringComparison.Ordinal) => "a value that does not fit",
        _ when sqlState.StartsWith("53", StringComparison.Ordinal) => "too few resources",
        _ when sqlState.StartsWith("54", StringComparison.Ordinal) => "a limit of the engine",
        _ => "the engine refused it",
    };
}
