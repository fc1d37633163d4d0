namespace Rekey.Testing.Tds;

/// <summary>What a server answers to a request.</summary>
public abstract record TdsAnswer;

/// <summary>Nothing to report.</summary>
public sealed record TdsDone : TdsAnswer;

/// <summary>An error of the server.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Severity">Its class; from 20 on the session ends.</param>
/// <param name="Message">Its text.</param>
public sealed record TdsFault(int Number, int Severity = 16, string Message = "It failed.") : TdsAnswer;

/// <summary>Rows.</summary>
/// <param name="Columns">Their columns.</param>
/// <param name="Rows">The values, null for no value.</param>
public sealed record TdsTable(IReadOnlyList<TdsColumn> Columns, params IReadOnlyList<object?[]> Rows) : TdsAnswer
{
    /// <summary>One row of one column.</summary>
    public static TdsTable Of(int value) => new([new TdsColumn(string.Empty, TdsType.Number)], [value]);

    /// <summary>One row of one column.</summary>
    public static TdsTable Of(string value) => new([new TdsColumn(string.Empty, TdsType.NVarChar)], [value]);
}

/// <summary>A column of an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
public sealed record TdsColumn(string Name, TdsType Type);

/// <summary>The types that an answer can have.</summary>
public enum TdsType
{
    /// <summary>A truth value.</summary>
    Bit,

    /// <summary>A number of one byte.</summary>
    TinyInt,

    /// <summary>A number of four bytes.</summary>
    Number,

    /// <summary>A number of eight bytes.</summary>
    BigInt,

    /// <summary>An exact number of 38 digits, four of them behind the point.</summary>
    Exact,

    /// <summary>A text of at most 4000 characters.</summary>
    NVarChar,

    /// <summary>A text of any length.</summary>
    NVarCharMax,

    /// <summary>A date and time, to the hundred nanoseconds.</summary>
    DateTime2,
}
