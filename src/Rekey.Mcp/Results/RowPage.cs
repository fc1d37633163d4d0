namespace Rekey.Mcp.Results;

/// <summary>The first rows of a result, as a JSON array.</summary>
/// <param name="Rows">The array in UTF-8.</param>
/// <param name="Columns">What the columns are called in it, and their types.</param>
/// <param name="Count">How many rows it holds.</param>
/// <param name="CutBy">Why there are more: <c>rows</c> or <c>size</c>. Null when these are all.</param>
internal sealed record RowPage(ReadOnlyMemory<byte> Rows, IReadOnlyList<RowColumn> Columns, int Count, string? CutBy)
{
    public bool IsCut => CutBy is not null;
}

/// <summary>One column of a result.</summary>
/// <param name="Name">Its name, which no other column has.</param>
/// <param name="Type">Its type as the engine calls it.</param>
/// <param name="StreamsValues">Whether the driver hands out its values piece by piece.</param>
internal sealed record RowColumn(string Name, string Type, bool StreamsValues);
