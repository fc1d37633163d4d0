using System.Buffers;
using Rekey.Redaction;

namespace Rekey.Cli.Commands;

/// <summary>How a filter ended.</summary>
internal enum FilterEnd
{
    /// <summary>Everything has passed, or somebody stopped it: nothing is held any more.</summary>
    Complete,

    /// <summary>Nobody reads what comes out.</summary>
    ReaderGone,

    /// <summary>What came in could not be read further; everything before has passed.</summary>
    InputFailed,

    /// <summary>What comes out could not be written.</summary>
    OutputFailed,

    /// <summary>Somebody stopped it, and it was still checking or writing when its time was over.</summary>
    CutShort,

    /// <summary>What came in could not be checked, so it did not leave.</summary>
    RedactorFailed,
}

/// <summary>Passes one stream on to another, redacted. After every read whatever can be let go of leaves at once.</summary>
internal sealed class RedactingFilter(Stream input, Stream output, StreamRedactor redactor)
{
    private readonly byte[] _piece = new byte[64 << 10];
    private readonly ArrayBufferWriter<byte> _redacted = new(64 << 10);

    /// <summary>Runs until the input ends. Cancelling it ends it in the same way, within <paramref name="patience"/> whatever the reader does.</summary>
    public async Task<FilterEnd> RunAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var told = cancellationToken.Register(() => over.CancelAfter(patience));
        // A write to somebody who has stopped reading cannot be given up, only left alone.
        var passing = Task.Run(() => RunAsync(cancellationToken), CancellationToken.None);
        try
        {
            return await passing.WaitAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return FilterEnd.CutShort;
        }
    }

    private async Task<FilterEnd> RunAsync(CancellationToken cancellationToken)
    {
        var end = FilterEnd.Complete;
        try
        {
            while (await input.ReadAsync(_piece, cancellationToken).ConfigureAwait(false) is > 0 and var length)
            {
                if (Pass(() => redactor.Write(_piece.AsSpan(0, length), _redacted)) is not FilterEnd.Complete and var broken)
                    return broken;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What is held leaves as at the end of the input.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            end = FilterEnd.InputFailed;
        }
        return Pass(() => redactor.Complete(_redacted)) is not FilterEnd.Complete and var last ? last : end;
    }

    private FilterEnd Pass(Action redact)
    {
        _redacted.ResetWrittenCount();
        try
        {
            redact();
        }
#pragma warning disable CA1031 // Whatever went wrong, what was not checked does not leave.
        catch (Exception)
#pragma warning restore CA1031
        {
            return FilterEnd.RedactorFailed;
        }
        return Leave(_redacted.WrittenSpan);
    }

    private FilterEnd Leave(ReadOnlySpan<byte> redacted)
    {
        try
        {
            output.Write(redacted);
            output.Flush();
            return FilterEnd.Complete;
        }
        catch (ReaderGoneException)
        {
            return FilterEnd.ReaderGone;
        }
        catch (IOException)
        {
            return FilterEnd.OutputFailed;
        }
    }
}
