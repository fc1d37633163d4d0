using System.Buffers;
using System.Data;
using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rekey.Mcp.Sql;

namespace Rekey.Mcp.Results;

/// <summary>
/// Reads rows one at a time and stops at a limit of rows or of bytes: what lies behind it is neither fetched nor held.
/// A row that would not fit is left out whole.
/// </summary>
internal sealed class RowReader(int maxRows, CellWriter cells)
{
    /// <summary>The most bytes of rows in one result.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs the statement and reads its first rows, long values piece by piece where the driver can.</summary>
    public async Task<RowPage> ReadAsync(OneStatement statement, bool streamsValues, CancellationToken cancellationToken)
    {
        var reader = await ExecuteAsync(statement, streamsValues, cancellationToken).ConfigureAwait(false);
        try
        {
            var page = await ReadAsync(reader, streamsValues, cancellationToken).ConfigureAwait(false);
            // Closing a reader reads what is left: the server is told to stop sending first.
            if (page.IsCut)
                statement.Cancel();
            return page;
        }
        finally
        {
            await CloseAsync(reader).ConfigureAwait(false);
        }
    }

    private static async Task<DbDataReader> ExecuteAsync(OneStatement statement, bool streamsValues, CancellationToken cancellationToken)
    {
        var order = streamsValues ? CommandBehavior.SequentialAccess : CommandBehavior.Default;
        try
        {
            return await statement.ExecuteAsync(order | CommandBehavior.SingleResult, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // A driver's word for a placeholder without a value.
            throw new StatementRefusedException();
        }
    }

    private async Task<RowPage> ReadAsync(DbDataReader reader, bool streamsValues, CancellationToken cancellationToken)
    {
        var hasRow = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        // Some engines know the type of a column only from its first value.
        var columns = ColumnNames.Of(reader, streamsValues);
        var rows = new ArrayBufferWriter<byte>();
        var row = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(row, Readable);
        rows.Write("["u8);
        var count = 0;
        for (; hasRow; count++, hasRow = await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (count == maxRows)
                return Page("rows");
            row.ResetWrittenCount();
            json.Reset();
            if (!await TryWriteAsync(json, reader, columns, MaxBytes - rows.WrittenCount, cancellationToken).ConfigureAwait(false))
                return Page("size");
            if (count > 0)
                rows.Write(","u8);
            rows.Write(row.WrittenSpan);
        }
        return Page(cutBy: null);

        RowPage Page(string? cutBy)
        {
            rows.Write("]"u8);
            return new RowPage(rows.WrittenMemory, columns, count, cutBy);
        }
    }

    private async ValueTask<bool> TryWriteAsync(
        Utf8JsonWriter json, DbDataReader reader, IReadOnlyList<RowColumn> columns, int room, CancellationToken cancellationToken)
    {
        json.WriteStartObject();
        for (var i = 0; i < columns.Count; i++)
        {
            json.WritePropertyName(columns[i].Name);
            await cells.WriteAsync(json, reader, i, columns[i], cancellationToken).ConfigureAwait(false);
            if (json.BytesCommitted + json.BytesPending > room)
                return false;
        }
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken).ConfigureAwait(false);
        return json.BytesCommitted < room;
    }

    private static async Task CloseAsync(DbDataReader reader)
    {
        try
        {
            await reader.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or OperationCanceledException or IOException)
        {
            // The statement that we stopped says that it was stopped; a failure before is on its way already.
        }
    }
}
