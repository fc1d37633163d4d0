using System.Text;

namespace Rekey.Redaction;

/// <summary>
/// The console door: whole lines, redacted. The last line leaves on disposal even without an end; flushing does not release half a line,
/// because it could be half a secret.
/// </summary>
public sealed class RedactingWriter : TextWriter
{
    private const int LongestLine = 4 << 20;

    private readonly TextWriter _inner;
    private readonly SecretRedactor _redactor;
    private readonly Lock _gate = new();
    private readonly StringBuilder _line = new();
    private bool _isTooLong;
    private bool _isDisposed;

    /// <summary>Redacts everything on its way to <paramref name="inner"/>, which is flushed and stays open.</summary>
    public RedactingWriter(TextWriter inner, SecretRedactor redactor)
        : base(inner.FormatProvider)
    {
        _inner = inner;
        _redactor = redactor;
        CoreNewLine = inner.NewLine.ToCharArray();
    }

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            while (buffer.IndexOf('\n') is >= 0 and var end)
            {
                Keep_NeedsLock(buffer[..(end + 1)]);
                Release_NeedsLock();
                buffer = buffer[(end + 1)..];
            }
            Keep_NeedsLock(buffer);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(char value) => Done(() => Write(value));

    /// <inheritdoc/>
    public override Task WriteAsync(string? value) => Done(() => Write(value));

    /// <inheritdoc/>
    public override Task WriteAsync(char[] buffer, int index, int count) => Done(() => Write(buffer, index, count));

    /// <inheritdoc/>
    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default) => Done(() => Write(buffer.Span));

    /// <inheritdoc/>
    public override Task WriteLineAsync() => Done(WriteLine);

    /// <inheritdoc/>
    public override Task WriteLineAsync(string? value) => Done(() => WriteLine(value));

    /// <inheritdoc/>
    public override void Flush()
    {
        lock (_gate)
            _inner.Flush();
    }

    /// <inheritdoc/>
    public override Task FlushAsync() => Done(Flush);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                if (!_isDisposed)
                    Release_NeedsLock();
                _isDisposed = true;
                _inner.Flush();
            }
        }
        base.Dispose(disposing);
    }

    private static Task Done(Action write)
    {
        write();
        return Task.CompletedTask;
    }

    private void Keep_NeedsLock(ReadOnlySpan<char> text)
    {
        _isTooLong |= text.Length > LongestLine - _line.Length;
        if (!_isTooLong)
            _line.Append(text);
    }

    private void Release_NeedsLock()
    {
        if (_isTooLong)
            _inner.Write(Withheld(RedactionErrors.TooLarge()));
        else
            _inner.Write(Redacted(_line.ToString()));
        _line.Clear();
        _isTooLong = false;
    }

    private string Redacted(string line)
    {
        try
        {
            return _redactor.Redact(line);
        }
#pragma warning disable CA1031 // Whatever went wrong, the line does not leave.
        catch (Exception)
#pragma warning restore CA1031
        {
            return Withheld(RedactionErrors.Failed());
        }
    }

    private string Withheld(CredentialError error) => $"[{error.Code}] {error.Message}{NewLine}";
}
