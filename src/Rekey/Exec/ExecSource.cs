using System.Text;

namespace Rekey.Exec;

/// <summary>The output of a command as a document: the way to every manager that has a command line.</summary>
public sealed class ExecSource : CredentialSource<SecretDocument>
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ExecOptions _options;

    /// <summary>Makes a source that runs the command each time it is asked.</summary>
    public ExecSource(ExecOptions options)
    {
        _options = options;
        Reference = $"exec:{Path.GetFileName(options.Command[0])}"; // its arguments name places, and are nobody's business in a message
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override TimeSpan? PollInterval => _options.Every;

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var output = await new ExecRun(_options, Reference).RunAsync(cancellationToken).ConfigureAwait(false);
        return new SourceAnswer<SecretDocument>(SecretDocument.FromText(TextOf(output)));
    }

    // Programs end their output with a line break that is not the secret's.
    private Secret TextOf(ReadOnlyMemory<byte> output)
    {
        try
        {
            var text = Strict.GetString(output.Span);
            if (text.EndsWith('\n'))
                text = text[..^(text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)];
            return text.Length > 0 ? new Secret(text) : throw ExecErrors.Silent(Reference);
        }
        catch (DecoderFallbackException)
        {
            throw ExecErrors.NoText(Reference);
        }
    }
}
